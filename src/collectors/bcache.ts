import { defineCollector, forEachItem } from '../collection/collector.ts';
import { toggle } from '../flags/flag.ts';
import type { KernelTree } from '../host/host.ts';
import { counter, type Family, gauge } from '../metrics/metric.ts';
import { parseBcacheNumber, parsePriorityStats, parseWritebackRateDebug } from '../parse/bcache.ts';

const SET = ['uuid'] as const;
const BACKING = ['uuid', 'backing_device'] as const;
const CACHE = ['uuid', 'cache_device'] as const;

/** Of a cache set, by the name of the attribute. */
const SET_NUMBERS = [
  ['average_key_size', gauge('node_bcache_average_key_size_sectors', 'Average data for a key of the B-tree.', SET)],
  ['btree_cache_size', gauge('node_bcache_btree_cache_size_bytes', 'Memory that the cache of the B-tree takes.', SET)],
  ['cache_available_percent', gauge('node_bcache_cache_available_percent', 'How much is not dirty.', SET)],
  ['congested', gauge('node_bcache_congested', 'How congested it is.', SET)],
  ['root_usage_percent', gauge('node_bcache_root_usage_percent', 'How full the root of the B-tree is.', SET)],
  ['tree_depth', gauge('node_bcache_tree_depth', 'Depth of the B-tree.', SET)],
  [
    'internal/active_journal_entries',
    gauge('node_bcache_active_journal_entries', 'Entries of the journal that the index does not have yet.', SET),
  ],
  ['internal/btree_nodes', gauge('node_bcache_btree_nodes', 'Nodes of the B-tree.', SET)],
  [
    'internal/cache_read_races',
    counter('node_bcache_cache_read_races_total', 'Reads whose bucket was reused meanwhile.', SET),
  ],
] as const;
const readDuration = gauge(
  'node_bcache_btree_read_average_duration_seconds',
  'How long reading a node of the B-tree takes.',
  SET,
);

/** Of a backing device, by the name in writeback_rate_debug. */
const WRITEBACK = [
  ['target', gauge('node_bcache_dirty_target_bytes', 'How much dirty data it aims at.', BACKING)],
  ['rate', gauge('node_bcache_writeback_rate', 'Bytes written back per second.', BACKING)],
  [
    'proportional',
    gauge('node_bcache_writeback_rate_proportional_term', 'What the proportional controller adds to it.', BACKING),
  ],
  ['integral', gauge('node_bcache_writeback_rate_integral_term', 'What the integral controller adds to it.', BACKING)],
  ['change', gauge('node_bcache_writeback_change', 'Its last change.', BACKING)],
] as const;

/** Of a backing device, by the name of the attribute. */
const BACKING_NUMBERS = [
  ['dirty_data', gauge('node_bcache_dirty_data_bytes', 'Its dirty data in the cache.', BACKING)],
  ['stats_total/bypassed', counter('node_bcache_bypassed_bytes_total', 'What went past the cache.', BACKING)],
  ['stats_total/cache_hits', counter('node_bcache_cache_hits_total', 'Hits.', BACKING)],
  ['stats_total/cache_misses', counter('node_bcache_cache_misses_total', 'Misses.', BACKING)],
  [
    'stats_total/cache_bypass_hits',
    counter('node_bcache_cache_bypass_hits_total', 'Hits of what should go past the cache.', BACKING),
  ],
  [
    'stats_total/cache_bypass_misses',
    counter('node_bcache_cache_bypass_misses_total', 'Misses of what should go past the cache.', BACKING),
  ],
  [
    'stats_total/cache_miss_collisions',
    counter('node_bcache_cache_miss_collisions_total', 'Misses whose data a write put there meanwhile.', BACKING),
  ],
  ['stats_total/cache_readaheads', counter('node_bcache_cache_readaheads_total', 'Reads ahead.', BACKING)],
] as const;

/** Of a cache device, by the name of the attribute. */
const CACHE_NUMBERS = [
  ['io_errors', gauge('node_bcache_io_errors', 'Errors, which count less with time.', CACHE)],
  ['metadata_written', counter('node_bcache_metadata_written_bytes_total', 'Bytes written that are no data.', CACHE)],
  ['written', counter('node_bcache_written_bytes_total', 'Bytes of data written.', CACHE)],
] as const;

/** Of a cache device, by the name in priority_stats. */
const PRIORITY = [
  ['Unused', gauge('node_bcache_priority_stats_unused_percent', 'How much of the cache has no data.', CACHE)],
  ['Metadata', gauge('node_bcache_priority_stats_metadata_percent', 'How much is metadata.', CACHE)],
] as const;

const SECONDS_PER_NANOSECOND = 1e-9;

/** https://docs.kernel.org/admin-guide/bcache.html */
export const bcache = defineCollector({
  name: 'bcache',
  help: 'Block caches from /sys/fs/bcache',
  flags: { priorityStats: toggle('Emit the statistics of priorities, which are expensive to read.') },
  create: ({ priorityStats }) => ({
    families: [
      ...SET_NUMBERS.map(([, family]) => family),
      readDuration,
      ...[...BACKING_NUMBERS, ...WRITEBACK].map(([, family]) => family),
      ...[...CACHE_NUMBERS, ...PRIORITY].map(([, family]) => family),
    ],
    async collect({ sys }, emit) {
      // Beside the sets there are files to register devices with.
      const sets = sys.listIfPresent('fs/bcache').filter((name) => name.includes('-'));
      await forEachItem(sets, (uuid) => {
        const path = `fs/bcache/${uuid}`;
        const names = sys.list(path);
        const set = readSet(sys, path);
        const backing = namesOf(names, /^bdev\d/).map((name) => ({
          name,
          numbers: readBacking(sys, `${path}/${name}`),
        }));
        const caches = namesOf(names, /^cache\d/).map((name) => ({
          name,
          numbers: readCache(sys, `${path}/${name}`, priorityStats),
        }));
        for (const [family, value] of set) emit(family, value, { uuid });
        for (const { name, numbers } of backing) {
          for (const [family, value] of numbers) emit(family, value, { uuid, backing_device: name });
        }
        for (const { name, numbers } of caches) {
          for (const [family, value] of numbers) emit(family, value, { uuid, cache_device: name });
        }
      });
    },
  }),
});

function namesOf(names: readonly string[], pattern: RegExp): string[] {
  return names.filter((name) => pattern.test(name));
}

type Numeric<L extends string> = Family<L, 'counter' | 'gauge'>;
type Named<L extends string> = readonly (readonly [name: string, family: Numeric<L>])[];
type Numbers<L extends string> = readonly (readonly [family: Numeric<L>, value: number])[];

function readSet(sys: KernelTree, path: string): Numbers<'uuid'> {
  const duration = sys.findAttribute(`${path}/internal/btree_read_average_duration_us`, parseBcacheNumber);
  return [
    ...readNumbers(sys, path, SET_NUMBERS),
    // Its name says microseconds, and the kernel's and node_exporter's numbers are nanoseconds.
    ...(duration === undefined ? [] : [[readDuration, duration * SECONDS_PER_NANOSECOND] as const]),
  ];
}

function readBacking(sys: KernelTree, path: string): Numbers<'uuid' | 'backing_device'> {
  const writeback = sys.find(`${path}/writeback_rate_debug`, parseWritebackRateDebug);
  return [...readNumbers(sys, path, BACKING_NUMBERS), ...numbersOf(WRITEBACK, (name) => writeback?.get(name))];
}

function readCache(sys: KernelTree, path: string, withPriority: boolean): Numbers<'uuid' | 'cache_device'> {
  const priority = withPriority ? sys.find(`${path}/priority_stats`, parsePriorityStats) : undefined;
  return [...readNumbers(sys, path, CACHE_NUMBERS), ...numbersOf(PRIORITY, (name) => priority?.get(name))];
}

function readNumbers<L extends string>(sys: KernelTree, path: string, attributes: Named<L>): Numbers<L> {
  return numbersOf(attributes, (name) => sys.findAttribute(`${path}/${name}`, parseBcacheNumber));
}

function numbersOf<L extends string>(names: Named<L>, read: (name: string) => number | undefined): Numbers<L> {
  return names.flatMap(([name, family]) => {
    const value = read(name);
    return value === undefined ? [] : [[family, value] as const];
  });
}
