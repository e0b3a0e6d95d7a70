import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zfs } from '../../src/collectors/zfs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const ROOT = 'proc/spl/kstat/zfs';
const FILES = {
  [`${ROOT}/arcstats`]: '13 1 0x01 3 816 1 2\nname type data\nhits 4 1272316\nmemory_available_bytes 3 -42\n',
  [`${ROOT}/fm`]: '0 1 0x01 1 272 1 2\nname type data\nerpt-set-failed 4 5\n',
  [`${ROOT}/dbgmsg`]: 'timestamp    message\n',
  [`${ROOT}/tank/guid`]: '17\n',
  [`${ROOT}/tank/io`]: '12 3 0x00 1 80 1 2\nnread nwritten\n1884160 3206144\n',
  [`${ROOT}/tank/objset-0x36`]: '31 1 0x01 7 2160 1 2\nname type data\ndataset_name 7 tank/a b\nwrites 4 4\n',
  [`${ROOT}/tank/state`]: 'DEGRADED\n',
};
const LINES = [
  'node_zfs_arc_hits 1272316',
  'node_zfs_arc_memory_available_bytes -42',
  'node_zfs_fm_erpt_set_failed 5',
  'node_zfs_zpool_nread{zpool="tank"} 1884160',
  'node_zfs_zpool_nwritten{zpool="tank"} 3206144',
  'node_zfs_zpool_dataset_writes{zpool="tank",dataset="tank/a b"} 4',
  'node_zfs_zpool_state{zpool="tank",state="online"} 0',
  'node_zfs_zpool_state{zpool="tank",state="degraded"} 1',
  'node_zfs_zpool_state{zpool="tank",state="faulted"} 0',
  'node_zfs_zpool_state{zpool="tank",state="offline"} 0',
  'node_zfs_zpool_state{zpool="tank",state="removed"} 0',
  'node_zfs_zpool_state{zpool="tank",state="unavail"} 0',
  'node_zfs_zpool_state{zpool="tank",state="suspended"} 0',
];
const sorted = (lines: readonly string[]): string[] => [...lines].sort();

test('zfs emits the statistics of the module, of pools and of datasets', async () => {
  await using machine = await createHostTree(FILES);
  const { state, errors, lines } = await collect(zfs, machine.host);
  assert.deepEqual([state, errors], ['ok', []]);
  assert.deepEqual(sorted(lines), sorted(LINES));
});

test('zfs drops a damaged number and keeps the others', async () => {
  await using machine = await createHostTree({ ...FILES, [`${ROOT}/arcstats`]: 'name type data\nhits 4 many\n' });
  const { state, errors, lines } = await collect(zfs, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, [
    'Cannot parse /proc/spl/kstat/zfs/arcstats: expected a number, got "many" in "hits 4 many"',
  ]);
  assert.deepEqual(sorted(lines), sorted(LINES.slice(2)));
});

test('zfs is absent where its module is not loaded', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(zfs, machine.host), { state: 'absent', errors: [], lines: [] });
});
