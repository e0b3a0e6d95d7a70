import { CPU_MODES, type CpuTicks, USER_HZ } from '../../parse/stat.ts';

/** By number of the CPU. */
export type TicksByCpu = ReadonlyMap<string, CpuTicks>;

const IDLE = CPU_MODES.indexOf('idle');

/** An idle time that falls by this much belongs to a CPU that was offline and counts from zero again. */
const RESTART_TICKS = 3 * USER_HZ;

/**
 * Returns a function that replaces each time by the largest one since its first call.
 *
 * The kernel computes idle and iowait at each read, and both can step back by some ticks. Prometheus takes a counter that
 * steps back for one that restarted, and `rate()` would add the whole uptime. See "iowait" in
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
  return now.map((ticks, column) => Math.max(ticks, last[column] ?? 0));
}
