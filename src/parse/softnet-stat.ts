import { linesOf, quote, wordsOf } from './lines.ts';

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
const COLUMN = /^[0-9a-f]{1,8}$/i;
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
  return linesOf(text).map((line, index) => {
    const words = wordsOf(line);
    if (words.length < FEWEST_COLUMNS || !words.every((word) => COLUMN.test(word))) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const columns = words.map((word) => Number.parseInt(word, 16));
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
