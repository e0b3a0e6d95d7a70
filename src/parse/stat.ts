import { findWordEnd, parseUnsignedSlice, quote, requireContent, selectLines } from './lines.ts';
import { parseColumns, type ReportProblem, raise, visitRows } from './rows.ts';

/**
 * Statistics of the whole host. A number is `undefined` if the kernel does not print its line or the number is malformed.
 */
export interface Stat {
  /** Unix time of the boot in seconds. */
  readonly bootTime: number | undefined;
  readonly contextSwitches: number | undefined;
  /** Number of processes and threads created. */
  readonly forks: number | undefined;
  readonly interrupts: number | undefined;
  readonly processesRunning: number | undefined;
  readonly processesBlocked: number | undefined;
}

const BOOT_TIME = 'btime';
const KEYS: ReadonlySet<string> = new Set([BOOT_TIME, 'ctxt', 'processes', 'intr', 'procs_running', 'procs_blocked']);

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
 *
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export function parseStat(text: string, report: ReportProblem = raise): Stat {
  const totals = parseTotals(text, KEYS, report);
  if (totals.size === 0) throw new SyntaxError(`expected a line such as "btime 1760000000" in ${quote(text)}`);
  return {
    bootTime: totals.get(BOOT_TIME),
    contextSwitches: totals.get('ctxt'),
    forks: totals.get('processes'),
    interrupts: totals.get('intr'),
    processesRunning: totals.get('procs_running'),
    processesBlocked: totals.get('procs_blocked'),
  };
}

/** Parses the boot time in `/proc/stat`, as Unix time in seconds. Errors in other lines have no effect. */
export function parseBootTime(text: string, report: ReportProblem = raise): number | undefined {
  return parseTotals(text, BOOT_TIME_KEY, report).get(BOOT_TIME);
}

const BOOT_TIME_KEY: ReadonlySet<string> = new Set([BOOT_TIME]);

/** Returns the first number of each line with one of the keys. */
function parseTotals(text: string, keys: ReadonlySet<string>, report: ReportProblem): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  const visit = (start: number, end: number): void => {
    if (text.startsWith('cpu', start)) return;
    const keyEnd = findWordEnd(text, start);
    const key = text.slice(start, keyEnd);
    if (!keys.has(key)) return;
    if (keyEnd >= end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    totals.set(key, parseUnsignedSlice(text, keyEnd + 1, findWordEnd(text, keyEnd + 1)));
  };
  visitRows(text, visit, report);
  return totals;
}

/**
 * Columns of the `softirq` line after the total, in the order of `include/linux/interrupt.h`. Further columns are ignored.
 */
const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'BLOCK_IOPOLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];

/** Parses the `softirq` line of `/proc/stat` into counts by name: `softirq 5057579 250191 1481983 …`. */
export function parseSoftirqTotals(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  const [line] = selectLines(text, 'softirq ');
  if (line === undefined) return new Map();
  const [, ...counts] = parseColumns(line, 'softirq'.length, report);
  if (counts.length < SOFTIRQS.length) report(new SyntaxError(`unexpected line ${quote(line)}`));
  return new Map(
    SOFTIRQS.flatMap((name, index): [string, number][] => {
      const count = counts[index];
      return count === undefined ? [] : [[name, count]];
    }),
  );
}

/** Columns of a `cpu` line. The kernel includes the ticks of `guest` in `user`, and those of `guest_nice` in `nice`. */
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

/**
 * Clock ticks of one CPU in the order of {@link CPU_MODES}; a malformed number is `undefined`. Old kernels print fewer
 * columns.
 */
export type CpuTicks = readonly (number | undefined)[];

/**
 * Parses the lines of `/proc/stat` for single CPUs. The kernel prints a line for each online CPU:
 *
 *     cpu0 44490 19 21045 1087069 220 1 3410 0 2 1
 *
 * https://man7.org/linux/man-pages/man5/proc_stat.5.html
 *
 * @returns ticks by CPU number
 */
export function parseCpuTicks(text: string, report: ReportProblem = raise): ReadonlyMap<string, CpuTicks> {
  requireContent(text, 'a line such as "cpu0 1 2 3 4"');
  const cpus = new Map<string, CpuTicks>();
  for (const line of selectLines(text, 'cpu')) {
    const blank = line.indexOf(' ');
    const cpu = line.slice('cpu'.length, blank);
    // The line `cpu` contains the sums of all CPUs.
    if (cpu === '' && blank > 0) continue;
    if (blank === -1 || !/^\d{1,6}$/.test(cpu)) report(new SyntaxError(`unexpected line ${quote(line)}`));
    else cpus.set(cpu, parseColumns(line, blank, report));
  }
  return cpus;
}

/** Key of the ticks of all CPUs together, in place of the number of a CPU. */
export const ALL_CPUS = '';

/**
 * Parses the first line of `/proc/stat`: the sums over all CPUs, including CPUs that are offline now.
 *
 *     cpu  88981 38 42091 2174139 441 18 3411 34 0 0
 *
 * @returns ticks by {@link ALL_CPUS}; empty if the kernel does not print the line
 */
export function parseTotalCpuTicks(text: string, report: ReportProblem = raise): ReadonlyMap<string, CpuTicks> {
  const [line] = selectLines(text, 'cpu ');
  return new Map(line === undefined ? [] : [[ALL_CPUS, parseColumns(line, 'cpu'.length, report)]]);
}
