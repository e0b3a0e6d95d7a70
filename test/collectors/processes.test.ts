import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processes } from '../../src/collectors/processes.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const stat = (pid: number, state: string, threads: number): string =>
  `${pid} (a) b) ${state} 1 1 1 0 -1 4194560 9061 9416027 94 2620 36 98 54406 13885 20 0 ${threads} 0 29 109604864\n`;
const LIMITS = { 'proc/sys/kernel/threads-max': '7801\n', 'proc/sys/kernel/pid_max': '32768\n' };

test('processes emits processes and threads by state', async () => {
  await using machine = await createHostTree({
    ...LIMITS,
    'proc/1/stat': stat(1, 'S', 1),
    'proc/1/task/1/stat': stat(1, 'S', 1),
    'proc/20/stat': stat(20, 'S', 3),
    'proc/20/task/20/stat': stat(20, 'X', 3),
    'proc/20/task/21/stat': stat(21, 'R', 3),
    'proc/20/task/22/': '',
    'proc/30/stat': stat(30, 'Z', 1),
    'proc/40/': '',
    'proc/uptime': '1 2\n',
  });
  assert.deepEqual(await collect(processes, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_processes_threads 5',
      'node_processes_threads_state{thread_state="S"} 2',
      'node_processes_threads_state{thread_state="R"} 1',
      'node_processes_state{state="S"} 2',
      'node_processes_state{state="Z"} 1',
      'node_processes_pids 3',
      'node_processes_max_threads 7801',
      'node_processes_max_processes 32768',
    ],
  });
});

test('processes is absent where /proc shows no process', async () => {
  await using machine = await createHostTree(LIMITS);
  assert.deepEqual(await collect(processes, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('processes counts the other processes when a process cannot be parsed', async () => {
  await using machine = await createHostTree({ ...LIMITS, 'proc/1/stat': stat(1, 'S', 1), 'proc/1/task/': '' });
  const { lines: all } = await collect(processes, machine.host);
  await machine.write({ 'proc/2/stat': '2 (x' });
  assert.deepEqual(await collect(processes, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/2/stat: expected the state of a process in "2 (x"'],
    lines: all,
  });
});

test('processes leaves out processes and threads that the host hides', async (context) => {
  await using machine = await createHostTree({
    ...LIMITS,
    'proc/1/stat': stat(1, 'S', 1),
    'proc/20/stat': stat(20, 'D', 2),
    'proc/20/task/20/stat': stat(20, 'D', 2),
    'proc/20/task/21/stat': stat(21, 'R', 2),
  });
  failReads(context, /proc\/(1|20\/task\/21)\/stat$/, 'EPERM');
  assert.deepEqual(await collect(processes, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_processes_threads 2',
      'node_processes_threads_state{thread_state="D"} 1',
      'node_processes_state{state="D"} 1',
      'node_processes_pids 1',
      'node_processes_max_threads 7801',
      'node_processes_max_processes 32768',
    ],
  });
});

test('processes emits its counts where the limits are missing', async () => {
  await using machine = await createHostTree({ 'proc/1/stat': stat(1, 'S', 1), 'proc/1/task/': '' });
  assert.deepEqual(await collect(processes, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_processes_threads 1',
      'node_processes_threads_state{thread_state="S"} 1',
      'node_processes_state{state="S"} 1',
      'node_processes_pids 1',
    ],
  });
});

test('processes lets the event loop run while it counts many processes', async (context) => {
  const pids = [1, 2, 3];
  await using machine = await createHostTree({
    ...LIMITS,
    ...Object.fromEntries(pids.map((pid) => [`proc/${pid}/stat`, stat(pid, 'S', 1)])),
  });
  let now = performance.now();
  // Each step seems to take 20 ms, so that each step is a slice.
  context.mock.method(performance, 'now', () => {
    now += 20;
    return now;
  });
  const events: string[] = [];
  const counted = collect(processes, machine.host).then(() => events.push('counted'));
  setImmediate(() => events.push('other'));
  await counted;
  assert.deepEqual(events, ['other', 'counted']);
});
