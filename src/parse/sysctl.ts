import { parseInteger, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Parses a file in `/proc/sys` into words, which are separated by blanks, tabs or newlines: `1024	0	1631329`.
 *
 * https://man7.org/linux/man-pages/man5/proc_sys.5.html
 */
export function parseSysctlTexts(text: string): readonly string[] {
  return text.split('\n').flatMap(splitWords);
}

/** Parses a file in `/proc/sys` into integers, decimal or with a prefix: `0x1f`. Any other word is `undefined`. */
export function parseSysctlNumbers(text: string, report: ReportProblem = raise): readonly (number | undefined)[] {
  return parseSysctlTexts(text).map((word) => tryParse(parseInteger, word, reportIn(text, report)));
}
