import { counter, type Family, gauge } from '../../metrics/metric.ts';

export type BcacheFamily<L extends string> = Family<L, 'counter' | 'gauge'>;
/** Families, each with the name of the attribute or line that contains its value. */
export type BcacheTable<L extends string> = readonly (readonly [name: string, family: BcacheFamily<L>])[];

const SET = ['uuid'] as const;
const BACKING_DEVICE = ['uuid', 'backing_device'] as const;
const CACHE_DEVICE = ['uuid', 'cache_device'] as const;

/** Attributes in the directory of a bcache set. */
export const SET_ATTRIBUTES = [
  [
    'average_key_size',
    gauge(
      'node_bcache_average_key_size_sectors',
      'Average size of the data that one B-tree key of the bcache set refers to, in sectors.',
      SET,
    ),
  ],
  [
    'btree_cache_size',
    gauge('node_bcache_btree_cache_size_bytes', 'Memory used by the B-tree cache of the bcache set, in bytes.', SET),
  ],
  [
    'cache_available_percent',
    gauge(
      'node_bcache_cache_available_percent',
      'Share of the cache of the bcache set that contains no dirty data, in percent.',
      SET,
    ),
  ],
  [
    'congested',
    gauge(
      'node_bcache_congested',
      'Congestion of the cache devices of the bcache set; 0 if they are not congested.',
      SET,
    ),
  ],
  [
    'root_usage_percent',
    gauge(
      'node_bcache_root_usage_percent',
      'Share of the root B-tree node of the bcache set that is in use, in percent.',
      SET,
    ),
  ],
  ['tree_depth', gauge('node_bcache_tree_depth', 'Depth of the B-tree of the bcache set.', SET)],
  [
    'internal/active_journal_entries',
    gauge(
      'node_bcache_active_journal_entries',
      'Journal entries of the bcache set that are newer than the B-tree on disk.',
      SET,
    ),
  ],
  ['internal/btree_nodes', gauge('node_bcache_btree_nodes', 'Nodes in the B-tree of the bcache set.', SET)],
  [
    'internal/cache_read_races',
    counter(
      'node_bcache_cache_read_races_total',
      'Times that a bucket in the cache of the bcache set was reused while data was being read from the bucket.',
      SET,
    ),
  ],
] as const;
/** Family of the attribute `internal/btree_read_average_duration_us` of a bcache set. */
export const readDuration = gauge(
  'node_bcache_btree_read_average_duration_seconds',
  'Average duration of reading a B-tree node of the bcache set, in seconds.',
  SET,
);

/** Attributes in the directory of a backing device. */
export const BACKING_DEVICE_ATTRIBUTES = [
  [
    'dirty_data',
    gauge(
      'node_bcache_dirty_data_bytes',
      'Dirty data of the backing device in the bcache set, in bytes.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/bypassed',
    counter(
      'node_bcache_bypassed_bytes_total',
      'Bytes read from and written to the backing device that bypassed the cache of the bcache set.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_hits',
    counter(
      'node_bcache_cache_hits_total',
      'I/O requests to the backing device that found their data in the cache of the bcache set.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_misses',
    counter(
      'node_bcache_cache_misses_total',
      'I/O requests to the backing device that did not find all their data in the cache of the bcache set.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_bypass_hits',
    counter(
      'node_bcache_cache_bypass_hits_total',
      'I/O requests to the backing device that were meant to bypass the cache of the bcache set, but found their data in the cache.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_bypass_misses',
    counter(
      'node_bcache_cache_bypass_misses_total',
      'I/O requests to the backing device that were meant to bypass the cache of the bcache set, and did not find their data in the cache.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_miss_collisions',
    counter(
      'node_bcache_cache_miss_collisions_total',
      'Cache misses of the backing device whose data a concurrent write put into the cache of the bcache set first.',
      BACKING_DEVICE,
    ),
  ],
  [
    'stats_total/cache_readaheads',
    counter(
      'node_bcache_cache_readaheads_total',
      'Times that bcache read ahead from the backing device.',
      BACKING_DEVICE,
    ),
  ],
] as const;

/** Lines of `writeback_rate_debug` in the directory of a backing device. */
export const WRITEBACK_LINES = [
  [
    'target',
    gauge(
      'node_bcache_dirty_target_bytes',
      'Target amount of dirty data that bcache holds for the backing device, in bytes.',
      BACKING_DEVICE,
    ),
  ],
  [
    'rate',
    gauge(
      'node_bcache_writeback_rate',
      'Rate at which bcache writes dirty data back to the backing device, in bytes per second.',
      BACKING_DEVICE,
    ),
  ],
  [
    'proportional',
    gauge(
      'node_bcache_writeback_rate_proportional_term',
      'Proportional term of the controller that sets the writeback rate of the backing device, in bytes per second.',
      BACKING_DEVICE,
    ),
  ],
  [
    'integral',
    gauge(
      'node_bcache_writeback_rate_integral_term',
      'Integral term of the controller that sets the writeback rate of the backing device, in bytes per second.',
      BACKING_DEVICE,
    ),
  ],
  [
    'change',
    gauge(
      'node_bcache_writeback_change',
      'Last change of the writeback rate of the backing device, in bytes per second.',
      BACKING_DEVICE,
    ),
  ],
] as const;

/** Attributes in the directory of a cache device. */
export const CACHE_DEVICE_ATTRIBUTES = [
  [
    'io_errors',
    gauge('node_bcache_io_errors', 'I/O errors of the bcache cache device; older errors count less.', CACHE_DEVICE),
  ],
  [
    'metadata_written',
    counter(
      'node_bcache_metadata_written_bytes_total',
      'Bytes of metadata written to the bcache cache device.',
      CACHE_DEVICE,
    ),
  ],
  [
    'written',
    counter('node_bcache_written_bytes_total', 'Bytes of data written to the bcache cache device.', CACHE_DEVICE),
  ],
] as const;

/** Lines of `priority_stats` in the directory of a cache device. */
export const PRIORITY_LINES = [
  [
    'Unused',
    gauge(
      'node_bcache_priority_stats_unused_percent',
      'Share of the bcache cache device that contains no data, in percent.',
      CACHE_DEVICE,
    ),
  ],
  [
    'Metadata',
    gauge(
      'node_bcache_priority_stats_metadata_percent',
      'Share of the bcache cache device that contains metadata, in percent.',
      CACHE_DEVICE,
    ),
  ],
] as const;
