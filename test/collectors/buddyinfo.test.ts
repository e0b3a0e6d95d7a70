import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buddyinfo } from '../../src/collectors/buddyinfo.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('buddyinfo emits the free blocks of each size', async () => {
  await using machine = await createHostTree({ 'proc/buddyinfo': 'Node 0, zone      DMA      1      0      3 \n' });
  assert.deepEqual(await collect(buddyinfo, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_buddyinfo_blocks{node="0",zone="DMA",size="0"} 1',
      'node_buddyinfo_blocks{node="0",zone="DMA",size="1"} 0',
      'node_buddyinfo_blocks{node="0",zone="DMA",size="2"} 3',
    ],
  });
});

test('buddyinfo is absent without /proc/buddyinfo', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(buddyinfo, machine.host), { state: 'absent', errors: [], lines: [] });
});
