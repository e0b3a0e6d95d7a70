import { NINE, quote, splitLines, ZERO } from './lines.ts';

/** Of one CPU since boot. */
export interface SoftnetStat {
  readonly cpu: string;
  readonly processed: number;
  readonly dropped: number;
  /** How often there was more to do than time or budget for it. */
  readonly squeezed: number;
  readonly collisions: number;
  readonly receivedRps: number;
  readonly flowLimited: number;
  /** Packets that wait now. */
  readonly backlog: number;
}

/** Hexadecimal, unsigned, 32 bits. */
const MOST_DIGITS = 8;
const FEWEST_COLUMNS = 9;
const CPU_COLUMN = 12;

/**
 * `/proc/net/softnet_stat`: a line for each CPU that is on-line, without a heading. Kernels added columns over time;
 * before there was one for the CPU's number, it was only known that CPUs come in order. What a kernel does not print
 * is 0 here, as it is in node_exporter on each of these kernels.
 *
 *     00049279 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002
 *
 * softnet_seq_show() in https://elixir.bootlin.com/linux/latest/source/net/core/net-procfs.c
 */
export function parseSoftnetStat(text: string): readonly SoftnetStat[] {
  return splitLines(text).map((line, index) => {
    const columns = scanColumns(line);
    if (columns === undefined || columns.length < FEWEST_COLUMNS)
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    const [processed = 0, dropped = 0, squeezed = 0, , , , , , collisions = 0] = columns;
    return {
      cpu: String(columns[CPU_COLUMN] ?? index),
      processed,
      dropped,
      squeezed,
      collisions,
      receivedRps: columns[9] ?? 0,
      flowLimited: columns[10] ?? 0,
      // node_exporter takes it only together with the CPU's number.
      backlog: columns[CPU_COLUMN] === undefined ? 0 : (columns[11] ?? 0),
    };
  });
}

/** @returns `undefined` when there is anything else than columns; character by character, for 256 CPUs have 3,840 of them */
function scanColumns(line: string): readonly number[] | undefined {
  const columns: number[] = [];
  let [column, digits] = [0, 0];
  for (let index = 0; index <= line.length; index += 1) {
    const digit = index === line.length ? undefined : digitAt(line, index);
    if (digit !== undefined) {
      column = column * 16 + digit;
      digits += 1;
    } else if (digits > MOST_DIGITS || (index < line.length && !BLANKS.includes(line.charAt(index)))) {
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
