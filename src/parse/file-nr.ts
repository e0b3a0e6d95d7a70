import { parseUnsigned, quote, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Number of open files of the host and its limit. A malformed number is `undefined`. */
export interface FileNr {
  readonly allocated: number | undefined;
  readonly maximum: number | undefined;
}

/**
 * Parses `/proc/sys/fs/file-nr`: `1024	0	1631329`. The second number is always 0 since Linux 2.6.
 *
 * https://man7.org/linux/man-pages/man5/proc_sys_fs.5.html
 */
export function parseFileNr(text: string, report: ReportProblem = raise): FileNr {
  const [allocated, , maximum] = splitWords(text.trim());
  if (allocated === undefined || maximum === undefined) {
    throw new SyntaxError(`expected three numbers in ${quote(text)}`);
  }
  const reportNumber = reportIn(text.trim(), report);
  return {
    allocated: tryParse(parseUnsigned, allocated, reportNumber),
    maximum: tryParse(parseUnsigned, maximum, reportNumber),
  };
}
