import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dmmultipath } from '../../src/collectors/dmmultipath.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const FILES = {
  'sys/block/dm-3/dm/uuid': 'mpath-3600\n',
  'sys/block/dm-3/dm/name': 'data 1\n',
  'sys/block/dm-3/dm/suspended': '0\n',
  'sys/block/dm-3/size': '2048\n',
  'sys/block/dm-3/slaves/sda/': '',
  'sys/block/dm-3/slaves/sdb/': '',
  'sys/block/dm-3/slaves/nvme0n1/': '',
  'sys/block/sda/device/state': 'running\n',
  'sys/block/sdb/device/state': 'transport-offline\n',
  'sys/block/nvme0n1/device/state': 'live\n',
  'sys/block/dm-0/dm/uuid': 'LVM-1\n',
};
const LINES = [
  'node_dmmultipath_device_info{device="data 1",sysfs_name="dm-3",uuid="mpath-3600"} 1',
  'node_dmmultipath_device_active{device="data 1",sysfs_name="dm-3"} 1',
  'node_dmmultipath_device_size_bytes{device="data 1",sysfs_name="dm-3"} 1048576',
  'node_dmmultipath_device_paths{device="data 1",sysfs_name="dm-3"} 3',
  'node_dmmultipath_device_paths_active{device="data 1",sysfs_name="dm-3"} 2',
  'node_dmmultipath_device_paths_failed{device="data 1",sysfs_name="dm-3"} 1',
  'node_dmmultipath_path_state{device="data 1",path="nvme0n1",state="live"} 1',
  'node_dmmultipath_path_state{device="data 1",path="sda",state="running"} 1',
  'node_dmmultipath_path_state{device="data 1",path="sdb",state="transport-offline"} 1',
];

test('dmmultipath emits a device and the states of its paths', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(dmmultipath, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('dmmultipath emits a suspended device without its removed path', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/block/dm-3/dm/suspended': '1\n' });
  await machine.remove('sys/block/sdb');
  assert.deepEqual((await collect(dmmultipath, machine.host)).lines.slice(1, 6), [
    'node_dmmultipath_device_active{device="data 1",sysfs_name="dm-3"} 0',
    'node_dmmultipath_device_size_bytes{device="data 1",sysfs_name="dm-3"} 1048576',
    'node_dmmultipath_device_paths{device="data 1",sysfs_name="dm-3"} 2',
    'node_dmmultipath_device_paths_active{device="data 1",sysfs_name="dm-3"} 2',
    'node_dmmultipath_device_paths_failed{device="data 1",sysfs_name="dm-3"} 0',
  ]);
});

test('dmmultipath drops a malformed attribute and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/block/dm-3/dm/suspended': 'perhaps\n' });
  assert.deepEqual(await collect(dmmultipath, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/block/dm-3/dm/suspended: expected an integer, got "perhaps"'],
    lines: LINES.filter((line) => !line.startsWith('node_dmmultipath_device_active')),
  });
});

test('dmmultipath counts no active paths if the state of a path cannot be read', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /sda\/device\/state$/, 'EIO');
  const { state, lines } = await collect(dmmultipath, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(
    lines,
    LINES.filter((line) => !/_paths_(active|failed)|path="sda"/.test(line)),
  );
});

test('dmmultipath is absent without /sys/block', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(dmmultipath, machine.host), { state: 'absent', errors: [], lines: [] });
});
