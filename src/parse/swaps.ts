import { BYTES_PER_KIB, parseInteger, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

export interface SwapArea {
  /** Path of the device or file, with the escapes of the kernel. */
  readonly name: string;
  /** `partition` for a block device, `file` for a file. */
  readonly type: string;
  /** Size in bytes. */
  readonly size: number;
  /** Used space in bytes. */
  readonly used: number;
  /**
   * Priority of the area: the kernel uses areas with a higher priority first. Negative priorities are assigned by the
   * kernel.
   */
  readonly priority: number;
}

const COLUMNS = 5;

/**
 * Parses `/proc/swaps`: a line of headings, then a line per swap area. A blank in a file name is printed as `\040`.
 *
 *     Filename				Type		Size		Used		Priority
 *     /dev/dm-1                               partition	8388604		1024		-2
 *
 * https://man7.org/linux/man-pages/man5/proc_swaps.5.html
 *
 * @throws {SyntaxError} for a line with another number of columns or a malformed number
 */
export function parseSwaps(text: string): SwapArea[] {
  return splitLines(text).slice(1).map(parseArea);
}

function parseArea(line: string): SwapArea {
  const [name, type, size, used, priority, more] = splitWords(line);
  const isComplete = name !== undefined && type !== undefined && size !== undefined && used !== undefined;
  if (!isComplete || priority === undefined || more !== undefined) {
    throw new SyntaxError(`expected ${COLUMNS} columns in ${quote(line)}`);
  }
  return {
    name,
    type,
    size: parseUnsigned(size) * BYTES_PER_KIB,
    used: parseUnsigned(used) * BYTES_PER_KIB,
    priority: parseInteger(priority),
  };
}
