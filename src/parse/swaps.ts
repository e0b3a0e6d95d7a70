import { BYTES_PER_KIB, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

export interface SwapArea {
  /** A device or a file, as the kernel writes it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly used: number;
}

const COLUMNS = 5;

/**
 * `/proc/swaps`: one line for each swap area, after one of headings. Blanks in the name of a file are written as `\040`.
 *
 *     Filename				Type		Size		Used		Priority
 *     /dev/dm-1                               partition	8388604		1024		-2
 *
 * https://man7.org/linux/man-pages/man5/proc_swaps.5.html
 */
export function parseSwaps(text: string): SwapArea[] {
  return splitLines(text)
    .slice(1)
    .map((line) => {
      const words = splitWords(line);
      const [name, , size, used] = words;
      if (words.length !== COLUMNS || name === undefined || size === undefined || used === undefined) {
        throw new SyntaxError(`expected ${COLUMNS} columns in ${quote(line)}`);
      }
      return { name, size: parseUnsigned(size) * BYTES_PER_KIB, used: parseUnsigned(used) * BYTES_PER_KIB };
    });
}
