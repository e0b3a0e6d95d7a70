import assert from 'node:assert/strict';
import { test } from 'node:test';
import { swap } from '../../src/collectors/swap.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const HEADING = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const AREAS = `${HEADING}/dev/zram0                              partition\t8388604\t\t76\t\t100\n/swap\\040file file\t\t1024\t\t0\t\t-2\n`;

test('swap emits size, use and priority of each area, with the escapes of the kernel', async () => {
  await using machine = await createHostTree({ 'proc/swaps': AREAS });
  assert.deepEqual(await collect(swap, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_swap_size_bytes{device="/dev/zram0",swap_type="partition"} 8589930496',
      'node_swap_size_bytes{device="/swap\\\\040file",swap_type="file"} 1048576',
      'node_swap_used_bytes{device="/dev/zram0",swap_type="partition"} 77824',
      'node_swap_used_bytes{device="/swap\\\\040file",swap_type="file"} 0',
      'node_swap_priority{device="/dev/zram0",swap_type="partition"} 100',
      'node_swap_priority{device="/swap\\\\040file",swap_type="file"} -2',
    ],
  });
});

test('swap emits nothing if the host has no swap area', async () => {
  await using machine = await createHostTree({ 'proc/swaps': HEADING });
  assert.deepEqual(await collect(swap, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('swap drops a damaged line or priority and keeps everything else', async () => {
  await using machine = await createHostTree({ 'proc/swaps': AREAS });
  const { lines: all } = await collect(swap, machine.host);
  await machine.write({ 'proc/swaps': `${AREAS.replace('-2', 'low')}/dev/dm-1 partition\n` });
  assert.deepEqual(await collect(swap, machine.host), {
    state: 'failed',
    errors: [
      'Cannot parse /proc/swaps: expected an integer, got "low" in "/swap\\\\040file file\\t\\t1024\\t\\t0\\t\\tlow"',
      'Cannot parse /proc/swaps: expected 5 columns in "/dev/dm-1 partition"',
    ],
    lines: all.filter((line) => !line.startsWith('node_swap_priority{device="/swap')),
  });
});

test('swap is absent if the kernel has no such file', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(swap, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('swap emits the first of two deleted files with the same path and fails', async () => {
  const deleted = (kib: number): string => `/swapfile\\040(deleted) file\t\t${kib}\t\t0\t\t-2\n`;
  await using machine = await createHostTree({ 'proc/swaps': HEADING + deleted(1024) + deleted(2048) });
  const series = String.raw`{device="/swapfile\\040(deleted)",swap_type="file"}`;
  assert.deepEqual(await collect(swap, machine.host), {
    state: 'failed',
    errors: [
      `Cannot emit node_swap_size_bytes${series} with the value "2097152": the series already has the value "1048576" of collector swap`,
      `Cannot emit node_swap_used_bytes${series} with the value "0": the series already has the value "0" of collector swap`,
      `Cannot emit node_swap_priority${series} with the value "-2": the series already has the value "-2" of collector swap`,
    ],
    lines: [
      `node_swap_size_bytes${series} 1048576`,
      `node_swap_used_bytes${series} 0`,
      `node_swap_priority${series} -2`,
    ],
  });
});
