import { linesOf, parseUnsigned, quote, wordsOf } from './lines.ts';

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

/** The columns of the `softirq` line after its total; `include/linux/interrupt.h`. */
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
  for (const line of linesOf(text)) {
    const [key = '', first] = line.split(' ', 2);
    if (key.startsWith('cpu')) continue;
    if (first === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    if (key === 'softirq') softirqs = parseSoftirqs(line);
    else if (KEYS.has(key)) numbers.set(key, parseUnsigned(first));
  }
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
  const counts = wordsOf(line).slice(2);
  if (counts.length < SOFTIRQS.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return new Map(SOFTIRQS.map((name, index) => [name, parseUnsigned(counts[index] ?? '')]));
}
