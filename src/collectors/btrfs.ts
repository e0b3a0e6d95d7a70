import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseKeyValues, parseText } from '../parse/lines.ts';

const GROUP = ['uuid', 'block_group_type'] as const;
const LAYOUT = ['uuid', 'block_group_type', 'mode'] as const;

const info = gauge('node_btrfs_info', 'A Btrfs file system; always 1.', ['uuid', 'label']);
const globalReserve = gauge('node_btrfs_global_rsv_size_bytes', 'Size of the global reserve.', ['uuid']);
const commits = counter('node_btrfs_commits_total', 'Commits.', ['uuid']);
const lastCommit = gauge('node_btrfs_last_commit_seconds', 'How long the last one took.', ['uuid']);
const maxCommit = gauge('node_btrfs_max_commit_seconds', 'How long the longest one took.', ['uuid']);
const commitSeconds = counter('node_btrfs_commit_seconds_total', 'How long all of them took.', ['uuid']);
const reserved = gauge('node_btrfs_reserved_bytes', 'Space reserved for a kind of data.', GROUP);
const used = gauge('node_btrfs_used_bytes', 'Space used, by kind of data and layout.', LAYOUT);
const size = gauge('node_btrfs_size_bytes', 'Space allocated, by kind of data and layout.', LAYOUT);
const ratio = gauge('node_btrfs_allocation_ratio', 'Space on disks for each byte allocated.', LAYOUT);
const deviceSize = gauge('node_btrfs_device_size_bytes', 'Size of a device of the file system.', ['uuid', 'device']);

const GROUPS = ['data', 'metadata', 'system'] as const;
const SECTOR_BYTES = 512;
const MILLISECONDS = 1000;

/** How many bytes the disks hold for each byte of data, by layout, on so many devices. */
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
 * What sysfs tells. What only an ioctl(2) tells is left out, for Node.js has none: the errors and the unused space of
 * each device (`node_btrfs_device_errors_total`, `node_btrfs_device_unused_bytes`), and its own UUID as a label.
 *
 * https://docs.kernel.org/filesystems/btrfs.html, fs/btrfs/sysfs.c
 */
export const btrfs = defineCollector({
  name: 'btrfs',
  help: 'Btrfs file systems from /sys/fs/btrfs',
  create: () => ({
    families: [
      ...[info, globalReserve, commits, lastCommit, maxCommit, commitSeconds],
      ...[reserved, used, size, ratio, deviceSize],
    ],
    async collect({ sys }, emit) {
      // Beside file systems there is a directory of features.
      const names = sys.listIfPresent('fs/btrfs').filter((name) => name.includes('-'));
      await forEachItem(names, (name) => emitFileSystem(emit, readFileSystem(sys, name)));
    },
  }),
});

interface FileSystem {
  readonly uuid: string;
  readonly label: string;
  readonly globalReserve: number | undefined;
  readonly commits: ReadonlyMap<string, number> | undefined;
  readonly groups: readonly Group[];
  readonly devices: readonly { readonly device: string; readonly sectors: number | undefined }[];
}

interface Group {
  readonly name: string;
  readonly reserved: number | undefined;
  readonly layouts: readonly Layout[];
}

interface Layout {
  readonly mode: string;
  readonly used: number | undefined;
  readonly size: number | undefined;
}

function readFileSystem(sys: KernelTree, name: string): FileSystem {
  const path = `fs/btrfs/${name}`;
  const number = (attribute: string) => sys.findAttribute(`${path}/${attribute}`, parseIntegerFile);
  return {
    uuid: sys.findAttribute(`${path}/metadata_uuid`, parseText) || name,
    label: sys.findAttribute(`${path}/label`, parseText) ?? '',
    globalReserve: number('allocation/global_rsv_size'),
    commits: sys.find(`${path}/commit_stats`, parseKeyValues),
    groups: GROUPS.map((group) => ({
      name: group,
      reserved: number(`allocation/${group}/bytes_reserved`),
      layouts: sys
        .listIfPresent(`${path}/allocation/${group}`)
        .filter((mode) => RATIOS[mode] !== undefined)
        .map((mode) => ({
          mode,
          used: number(`allocation/${group}/${mode}/used_bytes`),
          size: number(`allocation/${group}/${mode}/total_bytes`),
        })),
    })),
    devices: sys.list(`${path}/devices`).map((device) => ({ device, sectors: number(`devices/${device}/size`) })),
  };
}

function emitFileSystem(emit: Emit, fileSystem: FileSystem): void {
  const { uuid, label, groups, devices } = fileSystem;
  emit(info, 1, { uuid, label });
  if (fileSystem.globalReserve !== undefined) emit(globalReserve, fileSystem.globalReserve, { uuid });
  // Before Linux 6.0 nothing counts them, and node_exporter says 0.
  const commit = (key: string) => fileSystem.commits?.get(key) ?? 0;
  emit(commits, commit('commits'), { uuid });
  emit(lastCommit, commit('last_commit_ms') / MILLISECONDS, { uuid });
  emit(maxCommit, commit('max_commit_ms') / MILLISECONDS, { uuid });
  emit(commitSeconds, commit('total_commit_ms') / MILLISECONDS, { uuid });
  for (const { name: block_group_type, reserved: bytes, layouts } of groups) {
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
    if (sectors !== undefined) emit(deviceSize, sectors * SECTOR_BYTES, { uuid, device });
  }
}
