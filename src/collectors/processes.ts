import { defineCollector, forEachItem } from '../collection/collector.ts';
import { AbsentError, type Host } from '../host/host.ts';
import { gauge, semconv } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';
import { parseProcessStat } from '../parse/process-stat.ts';

const threads = gauge('node_processes_threads', 'Threads of all processes.');
const maxThreads = gauge('node_processes_max_threads', 'How many threads there may be.');
const threadStates = gauge('node_processes_threads_state', 'Threads in a state.', ['thread_state']);
const states = gauge('node_processes_state', 'Processes in a state.', ['state']);
const pids = gauge('node_processes_pids', 'Processes.');
const maxPids = gauge('node_processes_max_processes', 'How many process identifiers there may be.');

const count = semconv.upDownCounter('system.process.count', '{process}', 'Processes in a state.', ['process.state']);
const limit = semconv.upDownCounter('system.process.limit', '{thread}', 'How many tasks there may be.');

/**
 * By the letter of the kernel, where that is not `sleeping`: R runs, T and t are stopped, Z and X have ended. Of those
 * that sleep D waits for a device, I is an idle thread of the kernel and P a parked one.
 */
const CONVENTIONAL_STATES: Readonly<Record<string, 'running' | 'stopped' | 'defunct'>> = {
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
      const counts = await countProcesses(host, { withThreads: emit.convention === 'prometheus' });
      if (counts.processes === 0) throw new AbsentError(`Cannot find a process in ${host.proc.path('')}`);
      emit(threads, counts.threads);
      for (const [state, count] of counts.threadStates) emit(threadStates, count, { thread_state: state });
      for (const [state, count] of counts.states) emit(states, count, { state });
      emit(pids, counts.processes);
      for (const [state, number] of conventionalStates(counts)) emit(count, number, { 'process.state': state });
      // Last: a sandbox has processes, and need not have their limits.
      const threadLimit = host.proc.read('sys/kernel/threads-max', parseCountFile);
      emit(maxThreads, threadLimit);
      const pidLimit = host.proc.read('sys/kernel/pid_max', parseCountFile);
      emit(maxPids, pidLimit);
      // Each task has an identifier of its own: there are no more than there are of those.
      emit(limit, Math.min(threadLimit, pidLimit));
    },
  }),
});

interface Counts {
  processes: number;
  threads: number;
  readonly states: Map<string, number>;
  readonly threadStates: Map<string, number>;
}

/** A process that ends while they are counted is left out. */
async function countProcesses(host: Host, { withThreads }: { readonly withThreads: boolean }): Promise<Counts> {
  const counts: Counts = { processes: 0, threads: 0, states: new Map(), threadStates: new Map() };
  await forEachItem(host.proc.list('').filter(isNumber), (pid) => {
    const process = host.proc.read(`${pid}/stat`, parseProcessStat);
    counts.processes += 1;
    counts.threads += process.threads;
    increment(counts.states, process.state);
    if (!withThreads) return;
    for (const state of readThreadStates(host, pid, process)) increment(counts.threadStates, state);
  });
  return counts;
}

function conventionalStates({ states }: Counts): ReadonlyMap<string, number> {
  const byName = new Map(['running', 'sleeping', 'stopped', 'defunct'].map((name) => [name, 0]));
  for (const [state, number] of states) {
    const name = CONVENTIONAL_STATES[state] ?? 'sleeping';
    byName.set(name, (byName.get(name) ?? 0) + number);
  }
  return byName;
}

function readThreadStates(
  host: Host,
  pid: string,
  process: { readonly state: string; readonly threads: number },
): readonly string[] {
  const path = `${pid}/task`;
  // Most processes have one thread, and its state is known.
  if (process.threads === 1) return host.proc.exists(path) ? [process.state] : [];
  return host.proc
    .listIfPresent(path)
    .filter(isNumber)
    .map((tid) =>
      tid === pid ? process.state : host.proc.readIfPresent(`${path}/${tid}/stat`, parseProcessStat)?.state,
    )
    .filter((state) => state !== undefined);
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
