import { defineCollector, forEachItem } from '../collection/collector.ts';
import { counter, type Family } from '../metrics/metric.ts';
import { parseXfsStats } from '../parse/xfs.ts';

function count(name: string, help: string): Family<'device', 'counter'> {
  return counter(`node_xfs_${name}_total`, help, ['device']);
}

/** Families by the name of the row, in the order of the columns of the row. https://xfs.org/index.php/Runtime_Stats */
const ROWS: Readonly<Record<string, readonly Family<'device', 'counter'>[]>> = {
  extent_alloc: [
    count('extent_allocation_extents_allocated', 'Extents allocated in the XFS file system.'),
    count('extent_allocation_blocks_allocated', 'Blocks allocated in the XFS file system.'),
    count('extent_allocation_extents_freed', 'Extents freed in the XFS file system.'),
    count('extent_allocation_blocks_freed', 'Blocks freed in the XFS file system.'),
  ],
  abt: [
    count('allocation_btree_lookups', 'Lookups in the free-space B-trees of the XFS file system.'),
    count(
      'allocation_btree_compares',
      'Record comparisons during lookups in the free-space B-trees of the XFS file system.',
    ),
    count('allocation_btree_records_inserted', 'Records inserted into the free-space B-trees of the XFS file system.'),
    count('allocation_btree_records_deleted', 'Records deleted from the free-space B-trees of the XFS file system.'),
  ],
  blk_map: [
    count('block_mapping_reads', 'Block mapping operations of the XFS file system for reads.'),
    count('block_mapping_writes', 'Block mapping operations of the XFS file system for writes.'),
    count('block_mapping_unmaps', 'Block unmapping operations of the XFS file system, such as deletions.'),
    count('block_mapping_extent_list_insertions', 'Insertions into extent lists of the XFS file system.'),
    count('block_mapping_extent_list_deletions', 'Deletions from extent lists of the XFS file system.'),
    count('block_mapping_extent_list_lookups', 'Lookups in extent lists of the XFS file system.'),
    count('block_mapping_extent_list_compares', 'Comparisons during lookups in extent lists of the XFS file system.'),
  ],
  bmbt: [
    count('block_map_btree_lookups', 'Lookups in the block-map B-trees of the XFS file system.'),
    count(
      'block_map_btree_compares',
      'Record comparisons during lookups in the block-map B-trees of the XFS file system.',
    ),
    count('block_map_btree_records_inserted', 'Records inserted into the block-map B-trees of the XFS file system.'),
    count('block_map_btree_records_deleted', 'Records deleted from the block-map B-trees of the XFS file system.'),
  ],
  dir: [
    count(
      'directory_operation_lookup',
      "File name lookups in directories of the XFS file system that missed the kernel's name cache.",
    ),
    count('directory_operation_create', 'Directory entries created in the XFS file system.'),
    count('directory_operation_remove', 'Directory entries removed from the XFS file system.'),
    count('directory_operation_getdents', 'Calls of getdents(2) on directories of the XFS file system.'),
  ],
  ig: [
    count('inode_operation_attempts', 'Lookups in the inode cache of the XFS file system.'),
    count('inode_operation_found', 'Lookups in the inode cache of the XFS file system that found the inode.'),
    count(
      'inode_operation_recycled',
      'Lookups in the inode cache of the XFS file system that found an inode that was being recycled and was not usable.',
    ),
    count('inode_operation_missed', 'Lookups in the inode cache of the XFS file system that found no inode.'),
    count(
      'inode_operation_duplicates',
      'Inodes of the XFS file system that another process added to the inode cache first, after a lookup had not found them.',
    ),
    count('inode_operation_reclaims', 'Inodes reclaimed from the inode cache of the XFS file system.'),
    count('inode_operation_attribute_changes', 'Attribute changes of inodes of the XFS file system.'),
  ],
  rw: [
    count('write_calls', 'Calls of write(2) on files of the XFS file system.'),
    count('read_calls', 'Calls of read(2) on files of the XFS file system.'),
  ],
  vnodes: [
    count('vnode_active', 'In-memory inodes of the XFS file system that are in use.'),
    count('vnode_allocate', 'Allocations of in-memory inodes of the XFS file system; always 0 on current kernels.'),
    count('vnode_get', 'Lookups of in-memory inodes of the XFS file system; always 0 on current kernels.'),
    count('vnode_hold', 'References taken to in-memory inodes of the XFS file system; always 0 on current kernels.'),
    count('vnode_release', 'Releases of in-memory inodes of the XFS file system.'),
    count('vnode_reclaim', 'In-memory inodes of the XFS file system that the kernel marked for reclaim.'),
    count('vnode_remove', 'In-memory inodes of the XFS file system that the kernel removed from its caches.'),
  ],
};

/** Number of columns of each row. */
const COLUMNS: ReadonlyMap<string, number> = new Map(
  Object.entries(ROWS).map(([row, families]) => [row, families.length]),
);

export const xfs = defineCollector({
  name: 'xfs',
  help: 'Operations of XFS file systems from /sys/fs/xfs',
  create: () => ({
    families: Object.values(ROWS).flat(),
    async collect({ sys }, emit) {
      await forEachItem(sys.listIfPresent('fs/xfs'), (device) => {
        const rows = sys.read(`fs/xfs/${device}/stats/stats`, (text, report) => parseXfsStats(text, COLUMNS, report));
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
