import { BYTES_PER_KIB, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

export interface SwapArea {
  /** Device or file with the escapes of the kernel. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** In bytes. */
  readonly used: number;
}

const COLUMNS = 5;

/**
 * Parses `/proc/swaps`: a line of headings, then a line per swap area. A blank in the name of a file is printed as `\040`.
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
