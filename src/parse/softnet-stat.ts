import { NINE, quote, splitLines, ZERO } from './lines.ts';

/** Packet statistics of one CPU since boot. A counter that the kernel does not print is 0, as in node_exporter. */
export interface SoftnetStat {
  readonly cpu: string;
  readonly processed: number;
  readonly dropped: number;
  /** Number of times that the CPU stopped although packets were left, because its time or its budget was used up. */
  readonly squeezed: number;
  readonly collisions: number;
  readonly receivedRps: number;
  readonly flowLimited: number;
  /** Number of packets that wait to be processed. */
  readonly backlog: number;
}

/** Number of hexadecimal digits of an unsigned 32-bit integer. */
const MAX_DIGITS = 8;
const MIN_COLUMNS = 9;
const CPU_COLUMN = 12;

/**
 * Parses `/proc/net/softnet_stat`, a line per online CPU without headings. Newer kernels print more columns. If a line
 * has no column for the CPU number, the index of the line is used instead.
 *
 *     00049279 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002
 *
 * `softnet_seq_show()` in https://elixir.bootlin.com/linux/latest/source/net/core/net-procfs.c
 */
export function parseSoftnetStat(text: string): readonly SoftnetStat[] {
  return splitLines(text).map((line, index) => {
    const columns = scanColumns(line);
    if (columns === undefined || columns.length < MIN_COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
    const [processed = 0, dropped = 0, squeezed = 0, , , , , , collisions = 0] = columns;
    return {
      cpu: String(columns[CPU_COLUMN] ?? index),
      processed,
      dropped,
      squeezed,
      collisions,
      receivedRps: columns[9] ?? 0,
      flowLimited: columns[10] ?? 0,
      // As in node_exporter, the backlog is 0 for a line without the column of the CPU number.
      backlog: columns[CPU_COLUMN] === undefined ? 0 : (columns[11] ?? 0),
    };
  });
}

/**
 * Returns the hexadecimal numbers of a line, or `undefined` if the line contains other text. Works character by
 * character, because the file of a host with 256 CPUs contains 3,840 numbers.
 */
function scanColumns(line: string): readonly number[] | undefined {
  const columns: number[] = [];
  let [column, digits] = [0, 0];
  for (let index = 0; index <= line.length; index += 1) {
    const digit = index === line.length ? undefined : digitAt(line, index);
    if (digit !== undefined) {
      column = column * 16 + digit;
      digits += 1;
    } else if (digits > MAX_DIGITS || (index < line.length && !BLANKS.includes(line.charAt(index)))) {
      return undefined;
    } else if (digits > 0) {
      columns.push(column);
      [column, digits] = [0, 0];
    }
  }
  return columns;
}

const BLANKS = ' \t';
const [UPPER_A, LOWER_A] = [65, 97];

function digitAt(line: string, index: number): number | undefined {
  const code = line.charCodeAt(index);
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code - (code >= LOWER_A ? LOWER_A : UPPER_A);
  return letter >= 0 && letter < 6 ? letter + 10 : undefined;
}
