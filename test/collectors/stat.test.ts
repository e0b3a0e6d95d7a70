import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stat } from '../../src/collectors/stat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const STAT = `cpu  9540 3577 10051 539073 1274 0 218 30 0 0
intr 975187 0 0 14 565
ctxt 1944591
btime 1795252577
processes 16632
procs_running 3
procs_blocked 1
softirq 483850 7 48473 5 48652 214934 6 1610 97355 8 72821
`;
const TOTALS = [
  'node_boot_time_seconds 1795252577',
  'node_context_switches_total 1944591',
  'node_forks_total 16632',
  'node_intr_total 975187',
  'node_procs_blocked 1',
  'node_procs_running 3',
];

test('stat emits the totals of all CPUs', async () => {
  await using machine = await createHostTree({ 'proc/stat': STAT });
  assert.deepEqual(await collect(stat, machine.host), { state: 'ok', errors: [], lines: TOTALS });
});

test('stat emits softirqs by vector with the flag softirq', async () => {
  await using machine = await createHostTree({ 'proc/stat': STAT });
  const { lines } = await collect(stat, machine.host, { 'collector.stat.softirq': true });
  assert.deepEqual(lines, [
    ...TOTALS,
    'node_softirqs_total{vector="hi"} 7',
    'node_softirqs_total{vector="timer"} 48473',
    'node_softirqs_total{vector="net_tx"} 5',
    'node_softirqs_total{vector="net_rx"} 48652',
    'node_softirqs_total{vector="block"} 214934',
    'node_softirqs_total{vector="block_iopoll"} 6',
    'node_softirqs_total{vector="tasklet"} 1610',
    'node_softirqs_total{vector="sched"} 97355',
    'node_softirqs_total{vector="hrtimer"} 8',
    'node_softirqs_total{vector="rcu"} 72821',
  ]);
});

test('stat omits the totals that a sandbox does not have', async () => {
  await using machine = await createHostTree({ 'proc/stat': 'cpu  0 0 0 0\nctxt 0\n' });
  const { state, lines } = await collect(stat, machine.host, { 'collector.stat.softirq': true });
  assert.equal(state, 'ok');
  assert.deepEqual(lines, ['node_context_switches_total 0']);
});

test('stat is absent where /proc/stat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(stat, machine.host), { state: 'absent', errors: [], lines: [] });
});
