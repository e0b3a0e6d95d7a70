import { defineCollector } from '../collection/collector.ts';
import { AbsentError, type Host, type KernelTree, PERMISSION_ERRNOS, type ReadOptions } from '../host/host.ts';
import { gauge, semconv } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';
import { type ProcessStat, parseProcessStat } from '../parse/process-stat.ts';
import { runInSlices, type Steps } from '../util/slices.ts';

const threads = gauge('node_processes_threads', 'Threads of all processes on the host.');
const maxThreads = gauge(
  'node_processes_max_threads',
  'Maximum number of threads on the host, from kernel.threads-max.',
);
const threadStates = gauge(
  'node_processes_threads_state',
  'Threads on the host by state, such as R for running and S for sleeping.',
  ['thread_state'],
);
const states = gauge(
  'node_processes_state',
  'Processes on the host by state, such as R for running and S for sleeping.',
  ['state'],
);
const pids = gauge('node_processes_pids', 'Processes on the host.');
const maxPids = gauge('node_processes_max_processes', 'Upper limit of process IDs on the host, from kernel.pid_max.');

const count = semconv.intUpDownCounter('system.process.count', '{process}', 'Processes on the host by state.', [
  'process.state',
]);
const limit = semconv.intUpDownCounter('system.process.limit', '{thread}', 'Maximum number of threads on the host.');

type SemconvState = 'running' | 'sleeping' | 'stopped' | 'defunct';

const SEMCONV_STATES: readonly SemconvState[] = ['running', 'sleeping', 'stopped', 'defunct'];

/**
 * The states of proc_pid_stat(5) other than `sleeping`: R is running, T and t are stopped, Z and X have ended. All other
 * letters are kinds of sleep, such as D (waits for a device), I (idle kernel thread) and P (parked).
 */
const SEMCONV_STATE_OF: Readonly<Record<string, SemconvState>> = {
  R: 'running',
  T: 'stopped',
  t: 'stopped',
  Z: 'defunct',
  X: 'defunct',
};

export const processes = defineCollector({
  name: 'processes',
  help: 'Processes and threads by state from /proc/<pid>',
  enabled: 'semconv',
  create: () => ({
    families: [threads, threadStates, states, pids, maxThreads, maxPids, count, limit],
    async collect(host, emit) {
      const { proc } = host;
      const steps = countProcesses(proc, { withThreads: emit.convention === 'prometheus' });
      const counts = await runInSlices(steps, () => host.requireTime(proc.path('')));
      if (counts.processes === 0) throw new AbsentError(`Cannot find a process in ${proc.path('')}`);
      emit(threads, counts.threads);
      for (const [state, number] of counts.threadsByState) emit(threadStates, number, { thread_state: state });
      for (const [state, number] of counts.processesByState) emit(states, number, { state });
      emit(pids, counts.processes);
      for (const [state, number] of countSemconvStates(counts)) emit(count, number, { 'process.state': state });
      // The limits are read last, because a sandbox may show the processes but not the files of the limits.
      const threadLimit = readLimit(host, 'threads-max');
      if (threadLimit !== undefined) emit(maxThreads, threadLimit);
      const pidLimit = readLimit(host, 'pid_max');
      if (pidLimit !== undefined) emit(maxPids, pidLimit);
      // Each thread takes one process ID.
      if (threadLimit !== undefined && pidLimit !== undefined) emit(limit, Math.min(threadLimit, pidLimit));
    },
  }),
});

function readLimit(host: Host, name: string): number | undefined {
  return host.proc.readIfPresent(`sys/kernel/${name}`, parseCountFile);
}

interface ProcessCounts {
  processes: number;
  threads: number;
  readonly processesByState: Map<string, number>;
  /** Number of threads by state; empty if threads are not counted. */
  readonly threadsByState: Map<string, number>;
}

/**
 * With these options, a process or thread that this process may not read counts as absent. The mount option hidepid=1 of
 * procfs denies the reads; hidepid=2 hides the process.
 */
const HIDDEN: ReadOptions = { ignoreErrno: PERMISSION_ERRNOS };

/**
 * Counts the processes in `/proc`, one step for each process or thread. Processes that end during the count or that cannot be
 * read are left out.
 */
function* countProcesses(proc: KernelTree, { withThreads }: { readonly withThreads: boolean }): Steps<ProcessCounts> {
  const counts: ProcessCounts = { processes: 0, threads: 0, processesByState: new Map(), threadsByState: new Map() };
  for (const pid of proc.list('').filter(isNumber)) {
    yield;
    const process = proc.readIfPresent(`${pid}/stat`, parseProcessStat, HIDDEN);
    if (process === undefined) continue;
    counts.processes += 1;
    if (process.threads !== undefined) counts.threads += process.threads;
    increment(counts.processesByState, process.state);
    if (!withThreads) continue;
    yield* countThreads(proc, { pid, process, counts: counts.threadsByState });
  }
  return counts;
}

interface ThreadCountOptions {
  readonly pid: string;
  readonly process: ProcessStat;
  /** Number of threads by state, to which the threads of the process are added. */
  readonly counts: Map<string, number>;
}

/** Counts the threads of a process by state. Threads that end before they are read are left out. */
function* countThreads(proc: KernelTree, { pid, process, counts }: ThreadCountOptions): Steps<void> {
  const path = `${pid}/task`;
  // Most processes have a single thread. Its state is the state of the process, so its file is not read.
  if (process.threads === 1) {
    if (proc.exists(path)) increment(counts, process.state);
    return;
  }
  for (const tid of proc.listIfPresent(path).filter(isNumber)) {
    yield;
    const { state } =
      tid === pid ? process : (proc.readIfPresent(`${path}/${tid}/stat`, parseProcessStat, HIDDEN) ?? {});
    if (state !== undefined) increment(counts, state);
  }
}

function countSemconvStates({ processesByState }: ProcessCounts): ReadonlyMap<SemconvState, number> {
  const counts = new Map(SEMCONV_STATES.map((state) => [state, 0]));
  for (const [letter, number] of processesByState) {
    const state = SEMCONV_STATE_OF[letter] ?? 'sleeping';
    counts.set(state, (counts.get(state) ?? 0) + number);
  }
  return counts;
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
