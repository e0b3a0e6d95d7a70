import { BYTES_PER_KIB, parseInteger, parseUnsigned, quote, requireContent, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A swap area; a malformed number is `undefined`. */
export interface SwapArea {
  /** Path of the device or file, with the escapes of the kernel. */
  readonly name: string;
  /** `partition` for a block device, `file` for a file. */
  readonly type: string;
  /** Size in bytes. */
  readonly size: number | undefined;
  /** Used space in bytes. */
  readonly used: number | undefined;
  /**
   * Priority of the area: the kernel uses areas with a higher priority first. Negative priorities are assigned by the
   * kernel.
   */
  readonly priority: number | undefined;
}

const COLUMNS = 5;
const HEADING = 'Filename';

/**
 * Parses `/proc/swaps`: a line of headings, then a line per swap area. A blank in a file name is printed as `\040`.
 *
 *     Filename				Type		Size		Used		Priority
 *     /dev/dm-1                               partition	8388604		1024		-2
 *
 * https://man7.org/linux/man-pages/man5/proc_swaps.5.html
 *
 * @param report called for each line with a wrong number of columns, and for each malformed number
 */
export function parseSwaps(text: string, report: ReportProblem = raise): SwapArea[] {
  // The kernel prints the headings even without a swap area.
  requireContent(text, 'headings');
  const parseArea = (line: string): SwapArea | undefined => {
    const words = splitWords(line);
    const [name, type, size, used, priority] = words;
    if (name === HEADING) return undefined;
    const isComplete = name !== undefined && type !== undefined && size !== undefined && used !== undefined;
    if (!isComplete || priority === undefined || words.length > COLUMNS) {
      throw new SyntaxError(`expected ${COLUMNS} columns in ${quote(line)}`);
    }
    const reportNumber = reportIn(line, report);
    return {
      name,
      type,
      size: tryParse(parseKib, size, reportNumber),
      used: tryParse(parseKib, used, reportNumber),
      priority: tryParse(parseInteger, priority, reportNumber),
    };
  };
  return parseRows(splitLines(text), parseArea, report);
}

function parseKib(word: string): number {
  return parseUnsigned(word) * BYTES_PER_KIB;
}
