import { parseCounts, quote, selectLines } from './lines.ts';

/** Scheduler statistics of one CPU since boot. */
export interface Schedstat {
  readonly cpu: string;
  readonly runningNanoseconds: number;
  readonly waitingNanoseconds: number;
  readonly timeslices: number;
}

/** Number of columns since version 15 of the format. Only the last three columns are parsed. */
const COLUMNS = 9;

/**
 * Parses the CPU lines of `/proc/schedstat`: `cpu0 0 0 0 0 0 0 2045936778163039 343796328169361 4767485306`.
 *
 * https://docs.kernel.org/scheduler/sched-stats.html
 */
export function parseSchedstat(text: string): readonly Schedstat[] {
  return selectLines(text, 'cpu').map((line) => {
    const blank = line.indexOf(' ');
    const cpu = line.slice('cpu'.length, blank);
    if (blank === -1 || !/^\d{1,6}$/.test(cpu)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    const [runningNanoseconds, waitingNanoseconds, timeslices] = parseCounts(line, blank).slice(COLUMNS - 3);
    if (runningNanoseconds === undefined || waitingNanoseconds === undefined || timeslices === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    return { cpu, runningNanoseconds, waitingNanoseconds, timeslices };
  });
}
