import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bcache } from '../../../src/collectors/bcache/bcache.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';

const SET = 'sys/fs/bcache/aa-bb';
const FILES = {
  'sys/fs/bcache/register': '',
  [`${SET}/average_key_size`]: '1\n',
  [`${SET}/btree_cache_size`]: '2.5M\n',
  [`${SET}/cache_available_percent`]: '97\n',
  [`${SET}/congested`]: '0\n',
  [`${SET}/root_usage_percent`]: '4\n',
  [`${SET}/tree_depth`]: '1\n',
  [`${SET}/internal/active_journal_entries`]: '6\n',
  [`${SET}/internal/btree_nodes`]: '7\n',
  [`${SET}/internal/btree_read_average_duration_us`]: '1305\n',
  [`${SET}/internal/cache_read_races`]: '8\n',
  [`${SET}/bdev0/dirty_data`]: '1k\n',
  [`${SET}/bdev0/writeback_rate_debug`]:
    'rate:\t\t4.0k/sec\ntarget:\t\t1M\nproportional:\t-2.0k\nintegral:\t0\nchange:\t\t-1/sec\n',
  [`${SET}/bdev0/stats_total/bypassed`]: '3k\n',
  [`${SET}/bdev0/stats_total/cache_hits`]: '11\n',
  [`${SET}/bdev0/stats_total/cache_misses`]: '12\n',
  [`${SET}/bdev0/stats_total/cache_bypass_hits`]: '13\n',
  [`${SET}/bdev0/stats_total/cache_bypass_misses`]: '14\n',
  [`${SET}/bdev0/stats_total/cache_miss_collisions`]: '15\n',
  [`${SET}/cache0/io_errors`]: '21\n',
  [`${SET}/cache0/metadata_written`]: '22\n',
  [`${SET}/cache0/written`]: '1.0G\n',
  [`${SET}/cache0/priority_stats`]: 'Unused:\t\t97%\nMetadata:\t2%\n',
};
const LINES = [
  'node_bcache_average_key_size_sectors{uuid="aa-bb"} 1',
  'node_bcache_btree_cache_size_bytes{uuid="aa-bb"} 2609152',
  'node_bcache_cache_available_percent{uuid="aa-bb"} 97',
  'node_bcache_congested{uuid="aa-bb"} 0',
  'node_bcache_root_usage_percent{uuid="aa-bb"} 4',
  'node_bcache_tree_depth{uuid="aa-bb"} 1',
  'node_bcache_active_journal_entries{uuid="aa-bb"} 6',
  'node_bcache_btree_nodes{uuid="aa-bb"} 7',
  'node_bcache_cache_read_races_total{uuid="aa-bb"} 8',
  'node_bcache_btree_read_average_duration_seconds{uuid="aa-bb"} 0.000001305',
  'node_bcache_dirty_data_bytes{uuid="aa-bb",backing_device="bdev0"} 1024',
  'node_bcache_bypassed_bytes_total{uuid="aa-bb",backing_device="bdev0"} 3072',
  'node_bcache_cache_hits_total{uuid="aa-bb",backing_device="bdev0"} 11',
  'node_bcache_cache_misses_total{uuid="aa-bb",backing_device="bdev0"} 12',
  'node_bcache_cache_bypass_hits_total{uuid="aa-bb",backing_device="bdev0"} 13',
  'node_bcache_cache_bypass_misses_total{uuid="aa-bb",backing_device="bdev0"} 14',
  'node_bcache_cache_miss_collisions_total{uuid="aa-bb",backing_device="bdev0"} 15',
  'node_bcache_dirty_target_bytes{uuid="aa-bb",backing_device="bdev0"} 1048576',
  'node_bcache_writeback_rate{uuid="aa-bb",backing_device="bdev0"} 4096',
  'node_bcache_writeback_rate_proportional_term{uuid="aa-bb",backing_device="bdev0"} -2048',
  'node_bcache_writeback_rate_integral_term{uuid="aa-bb",backing_device="bdev0"} 0',
  'node_bcache_writeback_change{uuid="aa-bb",backing_device="bdev0"} -1',
  'node_bcache_io_errors{uuid="aa-bb",cache_device="cache0"} 21',
  'node_bcache_metadata_written_bytes_total{uuid="aa-bb",cache_device="cache0"} 22',
  'node_bcache_written_bytes_total{uuid="aa-bb",cache_device="cache0"} 1073741824',
];

test('bcache emits a set, its backing devices and its cache devices', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(bcache, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('bcache emits the priority statistics if the flag is set', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(bcache, machine.host, { 'collector.bcache.priorityStats': true }), {
    state: 'ok',
    errors: [],
    lines: [
      ...LINES,
      'node_bcache_priority_stats_unused_percent{uuid="aa-bb",cache_device="cache0"} 97',
      'node_bcache_priority_stats_metadata_percent{uuid="aa-bb",cache_device="cache0"} 2',
    ],
  });
});

test('bcache drops a malformed set and keeps the other sets', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/fs/bcache/cc-dd/congested': 'x\n' });
  assert.deepEqual(await collect(bcache, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/fs/bcache/cc-dd/congested: expected a number, got "x"'],
    lines: LINES,
  });
});

test('bcache emits nothing on a host without bcache', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(bcache, machine.host), { state: 'ok', errors: [], lines: [] });
});
