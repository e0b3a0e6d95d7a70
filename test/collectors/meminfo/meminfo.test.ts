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

test('meminfo drops a malformed field and keeps the others', async () => {
  await using machine = await createHostTree({ 'proc/meminfo': 'MemTotal:  8152340 kB\nMemFree: 1 MB\nodd\n\0\0' });
  assert.deepEqual(await collect(meminfo, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/meminfo: expected a number, got "1 MB" in "MemFree: 1 MB"'],
    lines: ['node_memory_MemTotal_bytes 8347996160'],
  });
});

test('meminfo fails if the file contains no field', async () => {
  await using machine = await createHostTree({ 'proc/meminfo': '\0\0' });
  assert.deepEqual(await collect(meminfo, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/meminfo: expected a line such as "MemTotal: 4028532 kB" in "\\u0000\\u0000"'],
    lines: [],
  });
});

test('meminfo is absent without /proc/meminfo', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(meminfo, machine.host), { state: 'absent', errors: [], lines: [] });
});
