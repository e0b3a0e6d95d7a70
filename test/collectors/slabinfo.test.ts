import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slabinfo } from '../../src/collectors/slabinfo.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const SLABS = `slabinfo - version: 2.1
tw_sock_TCP          704    864    256   32    2 : tunables    0    0    0 : slabdata     27     27      0
kmalloc-8192         132    148   8192    4    8 : tunables    0    0    0 : slabdata     37     37      0
`;

test('slabinfo emits five numbers of each cache that the flags include', async () => {
  await using machine = await createHostTree({ 'proc/slabinfo': SLABS });
  const lines = [
    'node_slabinfo_active_objects{slab="tw_sock_TCP"} 704',
    'node_slabinfo_objects{slab="tw_sock_TCP"} 864',
    'node_slabinfo_object_size_bytes{slab="tw_sock_TCP"} 256',
    'node_slabinfo_objects_per_slab{slab="tw_sock_TCP"} 32',
    'node_slabinfo_pages_per_slab{slab="tw_sock_TCP"} 2',
  ];
  const excluded = await collect(slabinfo, machine.host, { 'collector.slabinfo.slabs-exclude': /^kmalloc/ });
  assert.deepEqual(excluded, { state: 'ok', errors: [], lines });
  const included = await collect(slabinfo, machine.host, { 'collector.slabinfo.slabs-include': /^tw/ });
  assert.deepEqual(included.lines, lines);
  assert.equal((await collect(slabinfo, machine.host)).lines.length, 10);
});

test('slabinfo is absent where /proc/slabinfo is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(slabinfo, machine.host), { state: 'absent', errors: [], lines: [] });
});
