import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conntrack } from '../../src/collectors/conntrack.ts';
import { semconvLines } from '../semconv/semconv-pass.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/sys/net/netfilter/nf_conntrack_count': '33\n',
  'proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
  'proc/net/stat/nf_conntrack': `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
00000021  00000000 00000001 00000000 00000003 00000519 00000000 00000000 00000004 00000005 00000006 00000007 00000000  00000000 00000000 00000000 00000008
00000021  00000000 00000001 00000000 00000002 00000001 00000000 00000000 ffffffff 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000001
`,
};

test('conntrack emits the size of the table and the sums over all CPUs', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(conntrack, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_nf_conntrack_entries 33',
      'node_nf_conntrack_entries_limit 262144',
      'node_nf_conntrack_stat_found 2',
      'node_nf_conntrack_stat_invalid 5',
      'node_nf_conntrack_stat_ignore 1306',
      'node_nf_conntrack_stat_insert 4294967299',
      'node_nf_conntrack_stat_insert_failed 5',
      'node_nf_conntrack_stat_drop 6',
      'node_nf_conntrack_stat_early_drop 7',
      'node_nf_conntrack_stat_search_restart 9',
    ],
  });
});

test('conntrack emits only the size of the table without /proc/net/stat/nf_conntrack', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('proc/net/stat');
  assert.deepEqual(await collect(conntrack, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_nf_conntrack_entries 33', 'node_nf_conntrack_entries_limit 262144'],
  });
});

test('conntrack drops the sums that lack the number of a CPU and keeps everything else', async () => {
  await using machine = await createHostTree({
    ...FILES,
    'proc/net/stat/nf_conntrack': 'found drop\n00000001 00000002\n00000003 x\n',
  });
  assert.deepEqual(await collect(conntrack, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/stat/nf_conntrack: expected a hexadecimal number, got "x" in "00000003 x"'],
    lines: ['node_nf_conntrack_entries 33', 'node_nf_conntrack_entries_limit 262144', 'node_nf_conntrack_stat_found 4'],
  });
  await machine.write({ 'proc/net/stat/nf_conntrack': 'found drop\n00000001 00000002\n00000001\n' });
  const { state, errors, lines } = await collect(conntrack, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /proc/net/stat/nf_conntrack: expected 2 numbers in "00000001"']);
  assert.equal(lines.length, 2);
});

test('conntrack keeps the limit and the statistics if the number of connections is malformed', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/sys/net/netfilter/nf_conntrack_count': 'many\n' });
  const { errors, lines } = await collect(conntrack, machine.host);
  assert.deepEqual(errors, [
    'Cannot parse /proc/sys/net/netfilter/nf_conntrack_count: expected an unsigned integer, got "many"',
  ]);
  assert.equal(lines.length, 9);
});

test('conntrack fails and keeps the size of the table if it knows no column of the statistics', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/stat/nf_conntrack': 'x y\n' });
  const { state, errors, lines } = await collect(conntrack, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot find a known column in net/stat/nf_conntrack of procfs']);
  assert.equal(lines.length, 2);
});

test('conntrack is absent without connection tracking', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(conntrack, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('conntrack emits the size of the table with semconv names', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await semconvLines(machine.host, 'system.network.conntrack.'), [
    'system.network.conntrack.count{} 33',
    'system.network.conntrack.max{} 262144',
  ]);
});
