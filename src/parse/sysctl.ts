import { quote, wordsOf } from './lines.ts';

/**
 * The words of a file below `/proc/sys`, parted by blanks, tabs and newlines: `1024	0	1631329`.
 * https://man7.org/linux/man-pages/man5/proc_sys.5.html
 */
export function parseSysctlTexts(text: string): readonly string[] {
  return text.split('\n').flatMap(wordsOf);
}

/** As {@link parseSysctlTexts}, of whole numbers, decimal or as `0x1f`. */
export function parseSysctlNumbers(text: string): readonly number[] {
  return parseSysctlTexts(text).map((word) => {
    if (!/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(word)) {
      throw new SyntaxError(`expected a whole number instead of ${quote(word)}`);
    }
    return Number(word);
  });
}
