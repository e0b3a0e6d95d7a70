import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mdadm } from '../../src/collectors/mdadm.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const MDSTAT = `Personalities : [raid1]
md0 : active raid1 sdb1[1](F) sda1[0]
      1046528 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (131968/1046528) finish=0.1min speed=131968K/sec

unused devices: <none>
`;
const LINES = [
  'node_md_disks_required{device="md0"} 2',
  'node_md_disks{device="md0",state="active"} 1',
  'node_md_disks{device="md0",state="failed"} 1',
  'node_md_disks{device="md0",state="spare"} 0',
  'node_md_state{device="md0",state="active"} 0',
  'node_md_state{device="md0",state="inactive"} 0',
  'node_md_state{device="md0",state="recovering"} 1',
  'node_md_state{device="md0",state="resync"} 0',
  'node_md_state{device="md0",state="check"} 0',
  'node_md_blocks{device="md0"} 1046528',
  'node_md_blocks_synced{device="md0"} 131968',
];

test('mdadm emits arrays from /proc/mdstat and from sysfs', async () => {
  await using machine = await createHostTree({
    'proc/mdstat': MDSTAT,
    'sys/block/md0/md/level': 'raid1\n',
    'sys/block/md0/md/raid_disks': '2\n',
    'sys/block/md0/md/degraded': '1\n',
    'sys/block/md1/md/level': 'raid0\n',
    'sys/block/md1/md/raid_disks': '4 (3)\n',
    'sys/block/md2/md/level': '\n',
    'sys/block/md2/md/raid_disks': '0\n',
    'sys/block/md3/size': '0\n',
  });
  assert.deepEqual(await collect(mdadm, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      ...LINES,
      'node_md_raid_disks{device="md0"} 2',
      'node_md_raid_disks{device="md1"} 4',
      'node_md_degraded{device="md0"} 1',
      'node_md_degraded{device="md1"} 0',
      'node_md_degraded{device="md2"} 0',
    ],
  });
});

test('mdadm drops a malformed attribute and keeps everything else', async () => {
  await using machine = await createHostTree({
    'proc/mdstat': MDSTAT,
    'sys/block/md0/md/level': 'raid1\n',
    'sys/block/md0/md/raid_disks': 'two\n',
  });
  assert.deepEqual(await collect(mdadm, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/block/md0/md/raid_disks: expected a number of disks instead of "two"'],
    lines: [...LINES, 'node_md_degraded{device="md0"} 0'],
  });
});

test('mdadm is absent without /proc/mdstat', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(mdadm, machine.host), { state: 'absent', errors: [], lines: [] });
});
