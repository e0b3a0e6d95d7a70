import { CPU_MODES, type CpuTicks, USER_HZ } from '../../parse/stat.ts';

/** Ticks of each CPU, by the number of the CPU. */
export type TicksByCpu = ReadonlyMap<string, CpuTicks>;

const IDLE = CPU_MODES.indexOf('idle');

/** If the idle ticks of a CPU fall by at least this number, the CPU was offline and its ticks start from zero again. */
const RESTART_TICKS = 3 * USER_HZ;

/**
 * Returns a function that replaces each tick count of a CPU with the largest count passed to it so far.
 *
 * The kernel computes idle and iowait ticks at each read, and both can decrease by some ticks. If a counter decreases,
 * Prometheus assumes that the counter restarted from zero, so `rate()` would add all ticks since boot. See "iowait" in
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export function keepTicksMonotonic(): (now: TicksByCpu) => TicksByCpu {
  let last: TicksByCpu = new Map();
  return (now) => {
    const largest = new Map<string, CpuTicks>();
    for (const [cpu, ticks] of now) largest.set(cpu, largestTicks(last.get(cpu), ticks));
    last = largest;
    return largest;
  };
}

function largestTicks(last: CpuTicks | undefined, now: CpuTicks): CpuTicks {
  if (last === undefined || (last[IDLE] ?? 0) - (now[IDLE] ?? 0) >= RESTART_TICKS) return now;
  return now.map((ticks, column) => (ticks === undefined ? undefined : Math.max(ticks, last[column] ?? 0)));
}
