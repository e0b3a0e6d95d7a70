import { parseCounts, parseUnsigned, quote, selectLines, splitLines } from './lines.ts';

/** Statistics of the whole host; a number is `undefined` if the kernel does not print its line. */
export interface Stat {
  /** Unix time of the boot in seconds. */
  readonly bootTime: number | undefined;
  readonly contextSwitches: number | undefined;
  /** Number of processes and threads created. */
  readonly forks: number | undefined;
  readonly interrupts: number | undefined;
  readonly processesRunning: number | undefined;
  readonly processesBlocked: number | undefined;
  /** Counts by name of the softirq, such as `TIMER`. */
  readonly softirqs: ReadonlyMap<string, number>;
}

/**
 * Columns of the `softirq` line after the total, in the order of `include/linux/interrupt.h`. Further columns are
 * ignored.
 */
const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'BLOCK_IOPOLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];

/**
 * Parses `/proc/stat` without the `cpu` lines, which {@link parseCpuTicks} parses. With 256 CPUs the `cpu` lines take
 * three times as long to parse as all other lines, and no caller needs both.
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

/** Columns of a `cpu` line. The kernel includes guest in user, and guest_nice in nice. */
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

/** Clock ticks per second; 100 on all architectures that Node.js supports. */
export const USER_HZ = 100;

/** Clock ticks of one CPU in the order of {@link CPU_MODES}. Old kernels print fewer columns. */
export type CpuTicks = readonly number[];

/**
 * Parses the lines of `/proc/stat` for single CPUs. The kernel prints a line for each online CPU:
 *
 *     cpu0 44490 19 21045 1087069 220 1 3410 0 2 1
 *
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 *
 * @returns ticks by CPU number
 */
export function parseCpuTicks(text: string): ReadonlyMap<string, CpuTicks> {
  const cpus = new Map<string, CpuTicks>();
  for (const line of selectLines(text, 'cpu')) {
    const blank = line.indexOf(' ');
    const cpu = line.slice('cpu'.length, blank);
    // The line `cpu` contains the sums of all CPUs.
    if (cpu === '' && blank > 0) continue;
    if (blank === -1 || !/^\d{1,6}$/.test(cpu)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    cpus.set(cpu, parseCounts(line, blank));
  }
  return cpus;
}
