import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btrfs } from '../../src/collectors/btrfs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const FS = 'sys/fs/btrfs/1a2b-3c';
const FILES = {
  'sys/fs/btrfs/features/raid56': '0\n',
  [`${FS}/label`]: 'my data\n',
  [`${FS}/metadata_uuid`]: '9f-9f\n',
  [`${FS}/commit_stats`]: 'commits 3\nlast_commit_ms 15\nmax_commit_ms 40\ntotal_commit_ms 77\n',
  [`${FS}/allocation/global_rsv_size`]: '16777216\n',
  [`${FS}/allocation/data/bytes_reserved`]: '4096\n',
  [`${FS}/allocation/data/raid5/total_bytes`]: '1000\n',
  [`${FS}/allocation/data/raid5/used_bytes`]: '900\n',
  [`${FS}/allocation/metadata/bytes_reserved`]: '0\n',
  [`${FS}/allocation/metadata/raid1c3/total_bytes`]: '200\n',
  [`${FS}/allocation/metadata/raid1c3/used_bytes`]: '100\n',
  [`${FS}/devices/sda/size`]: '2048\n',
  [`${FS}/devices/sdb/size`]: '4096\n',
  [`${FS}/devices/sdc/size`]: '4096\n',
};
const LINES = [
  'node_btrfs_info{uuid="9f-9f",label="my data"} 1',
  'node_btrfs_global_rsv_size_bytes{uuid="9f-9f"} 16777216',
  'node_btrfs_commits_total{uuid="9f-9f"} 3',
  'node_btrfs_last_commit_seconds{uuid="9f-9f"} 0.015',
  'node_btrfs_max_commit_seconds{uuid="9f-9f"} 0.04',
  'node_btrfs_commit_seconds_total{uuid="9f-9f"} 0.077',
  'node_btrfs_reserved_bytes{uuid="9f-9f",block_group_type="data"} 4096',
  'node_btrfs_reserved_bytes{uuid="9f-9f",block_group_type="metadata"} 0',
  'node_btrfs_used_bytes{uuid="9f-9f",block_group_type="data",mode="raid5"} 900',
  'node_btrfs_used_bytes{uuid="9f-9f",block_group_type="metadata",mode="raid1c3"} 100',
  'node_btrfs_size_bytes{uuid="9f-9f",block_group_type="data",mode="raid5"} 1000',
  'node_btrfs_size_bytes{uuid="9f-9f",block_group_type="metadata",mode="raid1c3"} 200',
  'node_btrfs_allocation_ratio{uuid="9f-9f",block_group_type="data",mode="raid5"} 1.5',
  'node_btrfs_allocation_ratio{uuid="9f-9f",block_group_type="metadata",mode="raid1c3"} 3',
  'node_btrfs_device_size_bytes{uuid="9f-9f",device="sda"} 1048576',
  'node_btrfs_device_size_bytes{uuid="9f-9f",device="sdb"} 2097152',
  'node_btrfs_device_size_bytes{uuid="9f-9f",device="sdc"} 2097152',
];

test('btrfs emits a file system, its block groups and its devices', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(btrfs, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('btrfs labels a copy of a file system with the UUID under which the copy is mounted', async () => {
  const fileSystem = (name: string, metadataUuid: string) => ({
    [`sys/fs/btrfs/${name}/label`]: `in ${name}\n`,
    [`sys/fs/btrfs/${name}/metadata_uuid`]: `${metadataUuid}\n`,
  });
  const infos = async (...all: readonly (readonly [name: string, metadataUuid: string])[]) => {
    await using machine = await createHostTree(Object.assign({}, ...all.map((each) => fileSystem(...each))));
    const { lines } = await collect(btrfs, machine.host);
    return lines.filter((line) => line.startsWith('node_btrfs_info'));
  };
  assert.deepEqual(await infos(['a-a', 'a-a'], ['b-b', 'a-a'], ['c-c', 'd-d']), [
    'node_btrfs_info{uuid="a-a",label="in a-a"} 1',
    'node_btrfs_info{uuid="b-b",label="in b-b"} 1',
    'node_btrfs_info{uuid="d-d",label="in c-c"} 1',
  ]);
  assert.deepEqual(await infos(['b-b', 'a-a'], ['c-c', 'a-a']), [
    'node_btrfs_info{uuid="b-b",label="in b-b"} 1',
    'node_btrfs_info{uuid="c-c",label="in c-c"} 1',
  ]);
});

test('btrfs emits 0 for the commits of a kernel that does not count them', async () => {
  await using machine = await createHostTree({ 'sys/fs/btrfs/7-7/devices/sda/size': '8\n' });
  assert.deepEqual((await collect(btrfs, machine.host)).lines, [
    'node_btrfs_info{uuid="7-7",label=""} 1',
    'node_btrfs_commits_total{uuid="7-7"} 0',
    'node_btrfs_last_commit_seconds{uuid="7-7"} 0',
    'node_btrfs_max_commit_seconds{uuid="7-7"} 0',
    'node_btrfs_commit_seconds_total{uuid="7-7"} 0',
    'node_btrfs_device_size_bytes{uuid="7-7",device="sda"} 4096',
  ]);
});

test('btrfs drops a malformed attribute and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, [`${FS}/devices/sdb/size`]: 'x\n' });
  assert.deepEqual(await collect(btrfs, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/fs/btrfs/1a2b-3c/devices/sdb/size: expected an integer, got "x"'],
    lines: LINES.filter((line) => !line.includes('sdb')),
  });
});

test('btrfs leaves out the families of a file that cannot be read', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /(label|commit_stats|raid5\/used_bytes)$/, 'EIO');
  const { state, errors, lines } = await collect(btrfs, machine.host);
  assert.equal(state, 'failed');
  assert.equal(errors.length, 3);
  assert.deepEqual(
    lines.toSorted(),
    LINES.filter(
      (line) => !/_(info|commits_total|commit_seconds|commit_seconds_total)\{|used_bytes.*raid5/.test(line),
    ).toSorted(),
  );
});

test('btrfs emits nothing without a Btrfs file system', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(btrfs, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('btrfs omits the allocation ratio if fewer devices are visible than the layout has', async () => {
  const { [`${FS}/devices/sdb/size`]: _, [`${FS}/devices/sdc/size`]: __, ...files } = FILES;
  await using machine = await createHostTree({ ...files, [`${FS}/allocation/system/raid6/used_bytes`]: '1\n' });
  const { lines } = await collect(btrfs, machine.host);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_btrfs_allocation_ratio')),
    ['node_btrfs_allocation_ratio{uuid="9f-9f",block_group_type="metadata",mode="raid1c3"} 3'],
  );
});
