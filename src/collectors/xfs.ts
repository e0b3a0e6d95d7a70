import { defineCollector, forEachItem } from '../collection/collector.ts';
import { counter, type Family } from '../metrics/metric.ts';
import { parseXfsStats } from '../parse/xfs.ts';

function count(name: string, help: string): Family<'device', 'counter'> {
  return counter(`node_xfs_${name}_total`, help, ['device']);
}

/** By row, in the order of its columns. */
const ROWS: Readonly<Record<string, readonly Family<'device', 'counter'>[]>> = {
  extent_alloc: [
    count('extent_allocation_extents_allocated', 'Extents allocated.'),
    count('extent_allocation_blocks_allocated', 'Blocks allocated.'),
    count('extent_allocation_extents_freed', 'Extents freed.'),
    count('extent_allocation_blocks_freed', 'Blocks freed.'),
  ],
  abt: [
    count('allocation_btree_lookups', 'Lookups in B-trees of free space.'),
    count('allocation_btree_compares', 'Comparisons in B-trees of free space.'),
    count('allocation_btree_records_inserted', 'Records put into B-trees of free space.'),
    count('allocation_btree_records_deleted', 'Records taken from B-trees of free space.'),
  ],
  blk_map: [
    count('block_mapping_reads', 'Blocks mapped to be read.'),
    count('block_mapping_writes', 'Blocks mapped to be written.'),
    count('block_mapping_unmaps', 'Blocks unmapped.'),
    count('block_mapping_extent_list_insertions', 'Extents put into lists.'),
    count('block_mapping_extent_list_deletions', 'Extents taken from lists.'),
    count('block_mapping_extent_list_lookups', 'Lookups in lists of extents.'),
    count('block_mapping_extent_list_compares', 'Comparisons in lists of extents.'),
  ],
  bmbt: [
    count('block_map_btree_lookups', 'Lookups in B-trees of block maps.'),
    count('block_map_btree_compares', 'Comparisons in B-trees of block maps.'),
    count('block_map_btree_records_inserted', 'Records put into B-trees of block maps.'),
    count('block_map_btree_records_deleted', 'Records taken from B-trees of block maps.'),
  ],
  dir: [
    count('directory_operation_lookup', 'Names looked up that no cache knew.'),
    count('directory_operation_create', 'Directory entries made.'),
    count('directory_operation_remove', 'Directory entries removed.'),
    count('directory_operation_getdents', 'Reads of directories.'),
  ],
  ig: [
    count('inode_operation_attempts', 'Inodes looked for in the cache.'),
    count('inode_operation_found', 'Inodes found in it.'),
    count('inode_operation_recycled', 'Inodes found there that were about to be reclaimed.'),
    count('inode_operation_missed', 'Inodes not found in it.'),
    count('inode_operation_duplicates', 'Inodes that somebody else put there meanwhile.'),
    count('inode_operation_reclaims', 'Inodes reclaimed from it.'),
    count('inode_operation_attribute_changes', 'Changes of attributes of inodes.'),
  ],
  rw: [count('write_calls', 'Calls of write(2).'), count('read_calls', 'Calls of read(2).')],
  vnodes: [
    count('vnode_active', 'Vnodes that are on no free list.'),
    count('vnode_allocate', 'Calls of vn_alloc.'),
    count('vnode_get', 'Calls of vn_get.'),
    count('vnode_hold', 'Calls of vn_hold.'),
    count('vnode_release', 'Calls of vn_rele.'),
    count('vnode_reclaim', 'Calls of vn_reclaim.'),
    count('vnode_remove', 'Calls of vn_remove.'),
  ],
};

export const xfs = defineCollector({
  name: 'xfs',
  help: 'XFS file systems from /sys/fs/xfs',
  create: () => ({
    families: Object.values(ROWS).flat(),
    async collect({ sys }, emit) {
      await forEachItem(sys.listIfPresent('fs/xfs'), (device) => {
        const rows = sys.read(`fs/xfs/${device}/stats/stats`, parseXfsStats);
        for (const [row, families] of Object.entries(ROWS)) {
          const counts = rows.get(row);
          for (const [index, family] of families.entries()) {
            const value = counts?.[index];
            if (value !== undefined) emit(family, value, { device });
          }
        }
      });
    },
  }),
});
