import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meminfo } from '../../../src/collectors/meminfo/meminfo.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';

test('meminfo emits the fields of node_exporter in the order of their names', async () => {
  await using machine = await createHostTree({
    'proc/meminfo':
      'MemTotal:        8152340 kB\nActive(anon):  2356 kB\nKReclaimable:  1 kB\nDirectMap4k: 3 kB\nHugePages_Total:   7\n',
  });
  assert.deepEqual(await collect(meminfo, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_memory_Active_anon_bytes 2412544',
      'node_memory_DirectMap4k_bytes 3072',
      'node_memory_MemTotal_bytes 8347996160',
      'node_memory_HugePages_Total 7',
    ],
  });
});

test('meminfo fails and emits nothing if the file is malformed', async () => {
  await using machine = await createHostTree({ 'proc/meminfo': 'MemTotal:  8152340 kB\nMemFree: 1 MB\n' });
  assert.deepEqual(await collect(meminfo, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/meminfo: unexpected line "MemFree: 1 MB"'],
    lines: [],
  });
});

test('meminfo is absent without /proc/meminfo', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(meminfo, machine.host), { state: 'absent', errors: [], lines: [] });
});
