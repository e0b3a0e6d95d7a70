import { parseUnsigned, quote, splitWords } from './lines.ts';

/** Open files of the host. */
export interface FileNr {
  readonly allocated: number;
  readonly maximum: number;
}

/**
 * Parses `/proc/sys/fs/file-nr`: `1024	0	1631329`. The second number is 0 since Linux 2.6.
 *
 * https://man7.org/linux/man-pages/man5/proc_sys_fs.5.html
 */
export function parseFileNr(text: string): FileNr {
  const [allocated, , maximum] = splitWords(text.trim());
  if (allocated === undefined || maximum === undefined) {
    throw new SyntaxError(`expected three numbers in ${quote(text)}`);
  }
  return { allocated: parseUnsigned(allocated), maximum: parseUnsigned(maximum) };
}
