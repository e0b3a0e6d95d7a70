import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bcachefs } from '../../src/collectors/bcachefs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FS = 'sys/fs/bcachefs/u-1';
const FILES = {
  [`${FS}/btree_cache_size`]: '2.05G\n',
  [`${FS}/compression_stats`]: 'type compressed uncompressed\nlz4   1.50k  3.00k  512\n',
  [`${FS}/errors`]: 'bset_bad_csum  2  1767112063\n',
  [`${FS}/counters/btree_node_read`]: 'since mount:                   1\nsince filesystem creation:     70225874\n',
  [`${FS}/counters/data-read`]: 'since mount:                   1\nsince filesystem creation:     4.00k\n',
  [`${FS}/btree_write_stats`]: '  nr  size\ninitial:  33  100k\n',
  [`${FS}/dev-0/label`]: 'hdd.1\n',
  [`${FS}/dev-0/state`]: '[rw] ro failed spare\n',
  [`${FS}/dev-0/bucket_size`]: '512k\n',
  [`${FS}/dev-0/nbuckets`]: '100\n',
  [`${FS}/dev-0/durability`]: '1\n',
  [`${FS}/dev-0/io_done`]: 'read:\nsb  :  4096\nwrite:\nuser  :  8192\n',
  [`${FS}/dev-0/io_errors`]:
    'IO errors since filesystem creation\n  read:    18\nIO errors since 8 y ago\n  read:    7\n',
};
const LINES = [
  'node_bcachefs_info{uuid="u-1"} 1',
  'node_bcachefs_btree_cache_size_bytes{uuid="u-1"} 2201170739',
  'node_bcachefs_compression_compressed_bytes{uuid="u-1",algorithm="lz4"} 1536',
  'node_bcachefs_compression_uncompressed_bytes{uuid="u-1",algorithm="lz4"} 3072',
  'node_bcachefs_errors_total{uuid="u-1",error_type="bset_bad_csum"} 2',
  'node_bcachefs_btree_node_read_total{uuid="u-1"} 70225874',
  'node_bcachefs_data_read_total{uuid="u-1"} 4096',
  'node_bcachefs_btree_writes_total{uuid="u-1",type="initial"} 33',
  'node_bcachefs_btree_write_average_size_bytes{uuid="u-1",type="initial"} 102400',
  'node_bcachefs_device_info{uuid="u-1",device="0",label="hdd.1",state="[rw] ro failed spare"} 1',
  'node_bcachefs_device_bucket_size_bytes{uuid="u-1",device="0"} 524288',
  'node_bcachefs_device_buckets{uuid="u-1",device="0"} 100',
  'node_bcachefs_device_durability{uuid="u-1",device="0"} 1',
  'node_bcachefs_device_io_done_bytes_total{uuid="u-1",device="0",operation="read",data_type="sb"} 4096',
  'node_bcachefs_device_io_done_bytes_total{uuid="u-1",device="0",operation="write",data_type="user"} 8192',
  'node_bcachefs_device_io_errors_total{uuid="u-1",device="0",type="read"} 18',
];

test('bcachefs emits a file system and its devices', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(bcachefs, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('bcachefs emits the attributes that a file system has', async () => {
  await using machine = await createHostTree({ 'sys/fs/bcachefs/u-2/dev-1/nbuckets': '7\n' });
  assert.deepEqual((await collect(bcachefs, machine.host)).lines, [
    'node_bcachefs_info{uuid="u-2"} 1',
    'node_bcachefs_device_info{uuid="u-2",device="1",label="",state=""} 1',
    'node_bcachefs_device_buckets{uuid="u-2",device="1"} 7',
  ]);
});

test('bcachefs drops a malformed attribute and keeps everything else', async () => {
  await using machine = await createHostTree(FILES);
  const { lines: all } = await collect(bcachefs, machine.host);
  await machine.write({ 'sys/fs/bcachefs/u-0/btree_cache_size': 'x\n' });
  const { state, errors, lines } = await collect(bcachefs, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /sys/fs/bcachefs/u-0/btree_cache_size: expected a number, got "x"']);
  assert.deepEqual(lines.toSorted(), [...all, 'node_bcachefs_info{uuid="u-0"} 1'].toSorted());
});

test('bcachefs is absent without a file system, with and without its directory in sysfs', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(bcachefs, machine.host), { state: 'absent', errors: [], lines: [] });
  await machine.write({ 'sys/fs/bcachefs/': '' });
  assert.deepEqual(await collect(bcachefs, machine.host), { state: 'absent', errors: [], lines: [] });
});
