import { parseCpuHeading } from './interrupts.ts';
import { parseCounts, quote, splitLines } from './lines.ts';

export interface Softirqs {
  /** The numbers of the CPUs that there may be. */
  readonly cpus: readonly string[];
  /** By name, `TIMER`, for each CPU. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
}

/**
 * `/proc/softirqs`, a table with a column for each possible CPU:
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
    const ofCpus = parseCounts(line, colon + 1);
    if (colon === -1 || ofCpus.length !== cpus.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
    counts.set(line.slice(0, colon).trim(), ofCpus);
  }
  return { cpus, counts };
}
