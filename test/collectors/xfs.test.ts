import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xfs } from '../../src/collectors/xfs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const STATS = [
  'extent_alloc 11 12 13 14',
  'abt 21 22 23 24',
  'blk_map 31 32 33 34 35 36 37',
  'bmbt 41 42 43 44',
  'dir 51 52 53 54',
  'trans 1 2 3',
  'ig 61 62 63 64 65 66 67',
  'rw 71 72',
  'vnodes 81 82 83 84 85 86 87 88',
  '',
].join('\n');
const LINES = [
  'node_xfs_extent_allocation_extents_allocated_total{device="dm-0"} 11',
  'node_xfs_extent_allocation_blocks_allocated_total{device="dm-0"} 12',
  'node_xfs_extent_allocation_extents_freed_total{device="dm-0"} 13',
  'node_xfs_extent_allocation_blocks_freed_total{device="dm-0"} 14',
  'node_xfs_allocation_btree_lookups_total{device="dm-0"} 21',
  'node_xfs_allocation_btree_compares_total{device="dm-0"} 22',
  'node_xfs_allocation_btree_records_inserted_total{device="dm-0"} 23',
  'node_xfs_allocation_btree_records_deleted_total{device="dm-0"} 24',
  'node_xfs_block_mapping_reads_total{device="dm-0"} 31',
  'node_xfs_block_mapping_writes_total{device="dm-0"} 32',
  'node_xfs_block_mapping_unmaps_total{device="dm-0"} 33',
  'node_xfs_block_mapping_extent_list_insertions_total{device="dm-0"} 34',
  'node_xfs_block_mapping_extent_list_deletions_total{device="dm-0"} 35',
  'node_xfs_block_mapping_extent_list_lookups_total{device="dm-0"} 36',
  'node_xfs_block_mapping_extent_list_compares_total{device="dm-0"} 37',
  'node_xfs_block_map_btree_lookups_total{device="dm-0"} 41',
  'node_xfs_block_map_btree_compares_total{device="dm-0"} 42',
  'node_xfs_block_map_btree_records_inserted_total{device="dm-0"} 43',
  'node_xfs_block_map_btree_records_deleted_total{device="dm-0"} 44',
  'node_xfs_directory_operation_lookup_total{device="dm-0"} 51',
  'node_xfs_directory_operation_create_total{device="dm-0"} 52',
  'node_xfs_directory_operation_remove_total{device="dm-0"} 53',
  'node_xfs_directory_operation_getdents_total{device="dm-0"} 54',
  'node_xfs_inode_operation_attempts_total{device="dm-0"} 61',
  'node_xfs_inode_operation_found_total{device="dm-0"} 62',
  'node_xfs_inode_operation_recycled_total{device="dm-0"} 63',
  'node_xfs_inode_operation_missed_total{device="dm-0"} 64',
  'node_xfs_inode_operation_duplicates_total{device="dm-0"} 65',
  'node_xfs_inode_operation_reclaims_total{device="dm-0"} 66',
  'node_xfs_inode_operation_attribute_changes_total{device="dm-0"} 67',
  'node_xfs_write_calls_total{device="dm-0"} 71',
  'node_xfs_read_calls_total{device="dm-0"} 72',
  'node_xfs_vnode_active_total{device="dm-0"} 81',
  'node_xfs_vnode_allocate_total{device="dm-0"} 82',
  'node_xfs_vnode_get_total{device="dm-0"} 83',
  'node_xfs_vnode_hold_total{device="dm-0"} 84',
  'node_xfs_vnode_release_total{device="dm-0"} 85',
  'node_xfs_vnode_reclaim_total{device="dm-0"} 86',
  'node_xfs_vnode_remove_total{device="dm-0"} 87',
];

test('xfs emits every counter of a file system and drops a damaged counter', async () => {
  await using machine = await createHostTree({
    'sys/fs/xfs/dm-0/stats/stats': STATS,
    'sys/fs/xfs/sda1/stats/stats': 'rw 1 x\n',
    // The directory `debug` does not belong to a file system.
    'sys/fs/xfs/debug/': '',
  });
  assert.deepEqual(await collect(xfs, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/fs/xfs/sda1/stats/stats: expected a number, got "x" in "rw 1 x"'],
    lines: LINES.flatMap((line) => {
      const isWrite = line.startsWith('node_xfs_write_calls_total');
      return isWrite ? [line, 'node_xfs_write_calls_total{device="sda1"} 1'] : [line];
    }),
  });
});

test('xfs emits the counters of a kernel that prints an unknown row', async () => {
  await using machine = await createHostTree({ 'sys/fs/xfs/dm-0/stats/stats': `gc xpc 7\n${STATS}defer relog 3\n` });
  assert.deepEqual(await collect(xfs, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('xfs emits nothing where /sys/fs/xfs is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(xfs, machine.host), { state: 'ok', errors: [], lines: [] });
});
