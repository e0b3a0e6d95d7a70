import { parseInteger, splitWords } from './lines.ts';

/**
 * The words of a file below `/proc/sys`, parted by blanks, tabs and newlines: `1024	0	1631329`.
 * https://man7.org/linux/man-pages/man5/proc_sys.5.html
 */
export function parseSysctlTexts(text: string): readonly string[] {
  return text.split('\n').flatMap(splitWords);
}

/** As {@link parseSysctlTexts}, of whole numbers, decimal or as `0x1f`. */
export function parseSysctlNumbers(text: string): readonly number[] {
  return parseSysctlTexts(text).map(parseInteger);
}
