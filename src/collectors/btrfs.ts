import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseKeyValues, parseText } from '../parse/lines.ts';
import { BYTES_PER_SECTOR, MILLISECONDS_PER_SECOND } from '../util/units.ts';

const BLOCK_GROUP = ['uuid', 'block_group_type'] as const;
const LAYOUT = ['uuid', 'block_group_type', 'mode'] as const;

const info = gauge('node_btrfs_info', 'Label of a Btrfs file system; always 1.', ['uuid', 'label']);
const globalReserve = gauge(
  'node_btrfs_global_rsv_size_bytes',
  'Size of the global block reserve of the Btrfs file system, in bytes.',
  ['uuid'],
);
const commits = counter('node_btrfs_commits_total', 'Transaction commits of the Btrfs file system.', ['uuid']);
const lastCommit = gauge(
  'node_btrfs_last_commit_seconds',
  'Duration of the last transaction commit of the Btrfs file system, in seconds.',
  ['uuid'],
);
const maxCommit = gauge(
  'node_btrfs_max_commit_seconds',
  'Duration of the longest transaction commit of the Btrfs file system, in seconds.',
  ['uuid'],
);
const commitSeconds = counter(
  'node_btrfs_commit_seconds_total',
  'Total duration of all transaction commits of the Btrfs file system, in seconds.',
  ['uuid'],
);
const reserved = gauge(
  'node_btrfs_reserved_bytes',
  'Space reserved in the block groups of the Btrfs file system, in bytes.',
  BLOCK_GROUP,
);
const used = gauge(
  'node_btrfs_used_bytes',
  'Space used in the block groups of the Btrfs file system, in bytes.',
  LAYOUT,
);
const size = gauge(
  'node_btrfs_size_bytes',
  'Space allocated to the block groups of the Btrfs file system, in bytes.',
  LAYOUT,
);
const ratio = gauge(
  'node_btrfs_allocation_ratio',
  'Ratio of bytes on disk to bytes of data in the block groups of the Btrfs file system, such as 2 for RAID 1.',
  LAYOUT,
);
const deviceSize = gauge('node_btrfs_device_size_bytes', 'Size of the device of the Btrfs file system, in bytes.', [
  'uuid',
  'device',
]);

const BLOCK_GROUP_TYPES = ['data', 'metadata', 'system'] as const;

/** For each layout, a function that takes the number of devices and returns the bytes on disk per byte of data. */
const RATIOS: Readonly<Record<string, (devices: number) => number>> = {
  single: () => 1,
  raid0: () => 1,
  dup: () => 2,
  raid1: () => 2,
  raid10: () => 2,
  raid1c3: () => 3,
  raid1c4: () => 4,
  raid5: (devices) => devices / (devices - 1),
  raid6: (devices) => devices / (devices - 2),
};

/**
 * This collector omits the values that node_exporter reads with ioctl(2): the UUID of each device, its number of errors
 * (`node_btrfs_device_errors_total`) and its unused space (`node_btrfs_device_unused_bytes`).
 *
 * https://docs.kernel.org/filesystems/btrfs.html, fs/btrfs/sysfs.c
 */
export const btrfs = defineCollector({
  name: 'btrfs',
  help: 'Btrfs file systems and their devices from /sys/fs/btrfs',
  create: () => ({
    families: [
      ...[info, globalReserve, commits, lastCommit, maxCommit, commitSeconds],
      ...[reserved, used, size, ratio, deviceSize],
    ],
    async collect({ sys }, emit) {
      // The directory of a file system is named by a UUID. Other directories, such as `features`, are not file systems.
      const names = sys.listIfPresent('fs/btrfs').filter((name) => name.includes('-'));
      await forEachItem(names, (name) => emitFileSystem(emit, readFileSystem(sys, name)));
    },
  }),
});

interface BtrfsFileSystem {
  readonly uuid: string;
  readonly label: string;
  readonly globalReserve: number | undefined;
  readonly commits: ReadonlyMap<string, number> | undefined;
  readonly blockGroups: readonly BlockGroup[];
  readonly devices: readonly { readonly device: string; readonly sectors: number | undefined }[];
}

interface BlockGroup {
  readonly type: string;
  readonly reserved: number | undefined;
  readonly layouts: readonly BlockGroupLayout[];
}

interface BlockGroupLayout {
  readonly mode: string;
  readonly used: number | undefined;
  readonly size: number | undefined;
}

function readFileSystem(sys: KernelTree, name: string): BtrfsFileSystem {
  const path = `fs/btrfs/${name}`;
  const number = (attribute: string) => sys.readIfPresent(`${path}/${attribute}`, parseIntegerFile);
  return {
    uuid: sys.readIfPresent(`${path}/metadata_uuid`, parseText) || name,
    label: sys.readIfPresent(`${path}/label`, parseText) ?? '',
    globalReserve: number('allocation/global_rsv_size'),
    commits: sys.readIfPresent(`${path}/commit_stats`, parseKeyValues),
    blockGroups: BLOCK_GROUP_TYPES.map((type) => ({
      type,
      reserved: number(`allocation/${type}/bytes_reserved`),
      layouts: sys
        .listIfPresent(`${path}/allocation/${type}`)
        .filter((mode) => RATIOS[mode] !== undefined)
        .map((mode) => ({
          mode,
          used: number(`allocation/${type}/${mode}/used_bytes`),
          size: number(`allocation/${type}/${mode}/total_bytes`),
        })),
    })),
    devices: sys.list(`${path}/devices`).map((device) => ({ device, sectors: number(`devices/${device}/size`) })),
  };
}

function emitFileSystem(emit: Emit, fileSystem: BtrfsFileSystem): void {
  const { uuid, label, blockGroups, devices } = fileSystem;
  emit(info, 1, { uuid, label });
  if (fileSystem.globalReserve !== undefined) emit(globalReserve, fileSystem.globalReserve, { uuid });
  // Linux reports statistics of commits since 6.0. For older kernels emit 0, as node_exporter does.
  const commit = (key: string) => fileSystem.commits?.get(key) ?? 0;
  emit(commits, commit('commits'), { uuid });
  emit(lastCommit, commit('last_commit_ms') / MILLISECONDS_PER_SECOND, { uuid });
  emit(maxCommit, commit('max_commit_ms') / MILLISECONDS_PER_SECOND, { uuid });
  emit(commitSeconds, commit('total_commit_ms') / MILLISECONDS_PER_SECOND, { uuid });
  for (const { type: block_group_type, reserved: bytes, layouts } of blockGroups) {
    if (bytes !== undefined) emit(reserved, bytes, { uuid, block_group_type });
    for (const layout of layouts) {
      const labels = { uuid, block_group_type, mode: layout.mode };
      if (layout.used !== undefined) emit(used, layout.used, labels);
      if (layout.size !== undefined) emit(size, layout.size, labels);
      const ratioOf = RATIOS[layout.mode];
      if (ratioOf !== undefined) emit(ratio, ratioOf(devices.length), labels);
    }
  }
  for (const { device, sectors } of devices) {
    if (sectors !== undefined) emit(deviceSize, sectors * BYTES_PER_SECTOR, { uuid, device });
  }
}
