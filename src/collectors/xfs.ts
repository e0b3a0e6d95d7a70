import { defineCollector, forEachItem } from '../collection/collector.ts';
import { counter, type Family } from '../metrics/metric.ts';
import { parseXfsStats } from '../parse/xfs.ts';

function count(name: string, help: string): Family<'device', 'counter'> {
  return counter(`node_xfs_${name}_total`, help, ['device']);
}

/** By row, in the order of its columns. https://xfs.org/index.php/Runtime_Stats */
const ROWS: Readonly<Record<string, readonly Family<'device', 'counter'>[]>> = {
  extent_alloc: [
    count('extent_allocation_extents_allocated', 'Extents allocated in the XFS file system.'),
    count('extent_allocation_blocks_allocated', 'Blocks allocated in the XFS file system.'),
    count('extent_allocation_extents_freed', 'Extents freed in the XFS file system.'),
    count('extent_allocation_blocks_freed', 'Blocks freed in the XFS file system.'),
  ],
  abt: [
    count('allocation_btree_lookups', 'Lookups in the B-trees of free space of the XFS file system.'),
    count('allocation_btree_compares', 'Comparisons in the B-trees of free space of the XFS file system.'),
    count('allocation_btree_records_inserted', 'Records inserted into B-trees of free space of the XFS file system.'),
    count('allocation_btree_records_deleted', 'Records deleted from B-trees of free space of the XFS file system.'),
  ],
  blk_map: [
    count('block_mapping_reads', 'Block mappings of the XFS file system for reads.'),
    count('block_mapping_writes', 'Block mappings of the XFS file system for writes.'),
    count('block_mapping_unmaps', 'Block unmappings of the XFS file system, such as deletions.'),
    count('block_mapping_extent_list_insertions', 'Insertions into extent lists of the XFS file system.'),
    count('block_mapping_extent_list_deletions', 'Deletions from extent lists of the XFS file system.'),
    count('block_mapping_extent_list_lookups', 'Lookups in extent lists of the XFS file system.'),
    count('block_mapping_extent_list_compares', 'Comparisons in extent lists of the XFS file system.'),
  ],
  bmbt: [
    count('block_map_btree_lookups', 'Lookups in the B-trees of block maps of the XFS file system.'),
    count('block_map_btree_compares', 'Comparisons in the B-trees of block maps of the XFS file system.'),
    count('block_map_btree_records_inserted', 'Records inserted into B-trees of block maps of the XFS file system.'),
    count('block_map_btree_records_deleted', 'Records deleted from B-trees of block maps of the XFS file system.'),
  ],
  dir: [
    count('directory_operation_lookup', 'Directory lookups of the XFS file system that missed the name cache.'),
    count('directory_operation_create', 'Directory entries created in the XFS file system.'),
    count('directory_operation_remove', 'Directory entries removed from the XFS file system.'),
    count('directory_operation_getdents', 'Calls of getdents(2) for directories of the XFS file system.'),
  ],
  ig: [
    count('inode_operation_attempts', 'Lookups in the inode cache of the XFS file system.'),
    count('inode_operation_found', 'Lookups in the inode cache of the XFS file system that found the inode.'),
    count(
      'inode_operation_recycled',
      'Lookups in the inode cache of the XFS file system that found an inode being recycled.',
    ),
    count('inode_operation_missed', 'Lookups in the inode cache of the XFS file system that found no inode.'),
    count(
      'inode_operation_duplicates',
      'Inodes that another process had added to the inode cache of the XFS file system in the meantime.',
    ),
    count('inode_operation_reclaims', 'Inodes reclaimed from the inode cache of the XFS file system.'),
    count('inode_operation_attribute_changes', 'Attribute changes of inodes of the XFS file system.'),
  ],
  rw: [
    count('write_calls', 'Calls of write(2) for files of the XFS file system.'),
    count('read_calls', 'Calls of read(2) for files of the XFS file system.'),
  ],
  vnodes: [
    count('vnode_active', 'Vnodes of the XFS file system that are on no free list.'),
    count('vnode_allocate', 'Calls of vn_alloc() for the XFS file system.'),
    count('vnode_get', 'Calls of vn_get() for the XFS file system.'),
    count('vnode_hold', 'Calls of vn_hold() for the XFS file system.'),
    count('vnode_release', 'Calls of vn_rele() for the XFS file system.'),
    count('vnode_reclaim', 'Calls of vn_reclaim() for the XFS file system.'),
    count('vnode_remove', 'Calls of vn_remove() for the XFS file system.'),
  ],
};

export const xfs = defineCollector({
  name: 'xfs',
  help: 'Operations of XFS file systems from /sys/fs/xfs',
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
