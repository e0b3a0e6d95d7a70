import { parseCpuHeading } from './interrupts.ts';
import { parseCounts, quote, splitLines } from './lines.ts';

export interface Softirqs {
  /** Numbers of the possible CPUs. */
  readonly cpus: readonly string[];
  /** Counts by name of the softirq, such as `TIMER`: one count per CPU. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
}

/**
 * Parses `/proc/softirqs`, a table with a column per possible CPU:
 *
 *                 CPU0       CPU1
 *       HI:          7          1
 *
 * https://man7.org/linux/man-pages/man5/proc_softirqs.5.html
 */
export function parseSoftirqs(text: string): Softirqs {
  const [head, ...lines] = splitLines(text);
  const cpus = parseCpuHeading(head ?? '');
  const counts = new Map<string, readonly number[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const perCpu = parseCounts(line, colon + 1);
    if (colon === -1 || perCpu.length !== cpus.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
    counts.set(line.slice(0, colon).trim(), perCpu);
  }
  return { cpus, counts };
}
