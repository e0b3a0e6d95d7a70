import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lnstat } from '../../src/collectors/lnstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/net/stat/arp_cache': 'entries  allocs\n00000003 0000001f\n00000003 00000002\n',
  'proc/net/stat/ndisc_cache': 'entries\n0000000a\n',
};

test('lnstat emits every column by file and CPU', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(lnstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_lnstat_entries_total{subsystem="arp_cache",cpu="0"} 3',
      'node_lnstat_entries_total{subsystem="arp_cache",cpu="1"} 3',
      'node_lnstat_entries_total{subsystem="ndisc_cache",cpu="0"} 10',
      'node_lnstat_allocs_total{subsystem="arp_cache",cpu="0"} 31',
      'node_lnstat_allocs_total{subsystem="arp_cache",cpu="1"} 2',
    ],
  });
});

test('lnstat drops a malformed file and keeps the others', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/stat/arp_cache': 'entries\nx\n' });
  assert.deepEqual(await collect(lnstat, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/stat/arp_cache: expected 1 numbers in "x"'],
    lines: ['node_lnstat_entries_total{subsystem="ndisc_cache",cpu="0"} 10'],
  });
});

test('lnstat emits nothing without /proc/net/stat', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(lnstat, machine.host), { state: 'ok', errors: [], lines: [] });
});
