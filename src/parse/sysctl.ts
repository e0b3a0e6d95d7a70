import { parseInteger, splitWords } from './lines.ts';

/**
 * Parses a file below `/proc/sys` into words, which blanks, tabs and newlines separate: `1024	0	1631329`.
 *
 * https://man7.org/linux/man-pages/man5/proc_sys.5.html
 */
export function parseSysctlTexts(text: string): readonly string[] {
  return text.split('\n').flatMap(splitWords);
}

/** Parses a file below `/proc/sys` into integers, decimal or with a prefix: `0x1f`. */
export function parseSysctlNumbers(text: string): readonly number[] {
  return parseSysctlTexts(text).map(parseInteger);
}
