import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneinfo } from '../../src/collectors/zoneinfo.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('zoneinfo emits the fields of node_exporter under its names', async () => {
  await using machine = await createHostTree({
    'proc/zoneinfo': `Node 0, zone      DMA
  per-node stats
      nr_kernel_stack 2704
      nr_anon_transparent_hugepages 3
      nr_page_table_pages 1451
  pages free     3840
        min      30
        promo    51
        protection: (0, 3019)
      nr_free_pages 3841
Node 1, zone   Normal
        min      7
      numa_hit   11
      nr_written 12
`,
  });
  assert.deepEqual(await collect(zoneinfo, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_zoneinfo_nr_free_pages{node="0",zone="DMA"} 3841',
      'node_zoneinfo_min_pages{node="0",zone="DMA"} 30',
      'node_zoneinfo_min_pages{node="1",zone="Normal"} 7',
      'node_zoneinfo_nr_anon_transparent_hugepages{node="0",zone="DMA"} 3',
      'node_zoneinfo_nr_kernel_stacks{node="0",zone="DMA"} 2704',
      'node_zoneinfo_protection_0{node="0",zone="DMA"} 0',
      'node_zoneinfo_protection_1{node="0",zone="DMA"} 3019',
      'node_zoneinfo_nr_written_total{node="1",zone="Normal"} 12',
      'node_zoneinfo_numa_hit_total{node="1",zone="Normal"} 11',
    ],
  });
});

test('zoneinfo is absent where /proc/zoneinfo is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(zoneinfo, machine.host), { state: 'absent', errors: [], lines: [] });
});
