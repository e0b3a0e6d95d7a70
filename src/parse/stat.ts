import { parseCounts, parseUnsigned, quote, selectLines, splitLines } from './lines.ts';

/** Totals since boot; a kernel that leaves a line out leaves the field out. */
export interface Stat {
  /** Seconds since 1970 at boot. */
  readonly bootTime: number | undefined;
  readonly contextSwitches: number | undefined;
  /** Processes and threads created. */
  readonly forks: number | undefined;
  readonly interrupts: number | undefined;
  readonly processesRunning: number | undefined;
  readonly processesBlocked: number | undefined;
  /** By name of the softirq: `TIMER`. */
  readonly softirqs: ReadonlyMap<string, number>;
}

/** The columns of the `softirq` line after its total; `include/linux/interrupt.h`. Later ones are unknown to us. */
const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'BLOCK_IOPOLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];

/**
 * `/proc/stat`, but for its `cpu` lines:
 *
 *     intr 1462898 0 0 0 …
 *     ctxt 2345678
 *     btime 1760000000
 *     processes 26442
 *     procs_running 2
 *     procs_blocked 1
 *     softirq 5057579 250191 1481983 …
 *
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export function parseStat(text: string): Stat {
  const numbers = new Map<string, number>();
  let softirqs: ReadonlyMap<string, number> = new Map();
  for (const line of splitLines(text)) {
    const [key = '', first] = line.split(' ', 2);
    if (key.startsWith('cpu')) continue;
    if (first === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    if (key === 'softirq') softirqs = parseSoftirqs(line);
    else if (KEYS.has(key)) numbers.set(key, parseUnsigned(first));
  }
  if (numbers.size === 0 && softirqs.size === 0)
    throw new SyntaxError(`expected a line such as "btime 1760000000" in ${quote(text)}`);
  return {
    bootTime: numbers.get('btime'),
    contextSwitches: numbers.get('ctxt'),
    forks: numbers.get('processes'),
    interrupts: numbers.get('intr'),
    processesRunning: numbers.get('procs_running'),
    processesBlocked: numbers.get('procs_blocked'),
    softirqs,
  };
}

const KEYS: ReadonlySet<string> = new Set(['btime', 'ctxt', 'processes', 'intr', 'procs_running', 'procs_blocked']);

function parseSoftirqs(line: string): ReadonlyMap<string, number> {
  const [, ...counts] = parseCounts(line, 'softirq'.length);
  return new Map(
    SOFTIRQS.map((name, index) => {
      const count = counts[index];
      if (count === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
      return [name, count];
    }),
  );
}

/** The columns of a `cpu` line; guest time is also part of user time, and guest_nice of nice. */
export const CPU_MODES = [
  'user',
  'nice',
  'system',
  'idle',
  'iowait',
  'irq',
  'softirq',
  'steal',
  'guest',
  'guest_nice',
] as const;

/** Ticks of a second, on every Linux of today. */
export const USER_HZ = 100;

/** Of one CPU, in the order of {@link CPU_MODES}, in ticks of USER_HZ; a kernel that leaves a column out leaves it out. */
export type CpuTicks = readonly number[];

/**
 * The lines of `/proc/stat` for single CPUs that are on-line, by number: `cpu0 44490 19 21045 1087069 220 1 3410 0 2 1`.
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export function parseCpuTicks(text: string): ReadonlyMap<string, CpuTicks> {
  const cpus = new Map<string, CpuTicks>();
  for (const line of selectLines(text, 'cpu')) {
    const blank = line.indexOf(' ');
    const cpu = line.slice('cpu'.length, blank);
    // The line of all CPUs together.
    if (cpu === '' && blank > 0) continue;
    if (blank === -1 || !/^\d{1,6}$/.test(cpu)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    cpus.set(cpu, parseCounts(line, blank));
  }
  return cpus;
}
