import { attempt, defineCollector, forEachItem } from '../collection/collector.ts';
import { type Host, optional, type Parse } from '../host/host.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';
import { createFlatKeyedParser, type FlatKeyed } from '../parse/cgroup.ts';
import { parseIntegerFile, parseText, requireContent } from '../parse/lines.ts';
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
    async collect(host, emit) {
      // The directory of a file system is named by a UUID. Other directories, such as `features`, are not file systems.
      const names = host.sys.listIfPresent('fs/btrfs').filter((name) => name.includes('-'));
      await forEachItem(identify(host, names), (fileSystem) => emitFileSystem(host, emit, fileSystem));
    },
  }),
});

const ROOT = 'fs/btrfs';

interface BtrfsFileSystem {
  /** Name of the directory: the UUID under which the file system is mounted. */
  readonly name: string;
  /** Value of the label `uuid`. */
  readonly uuid: string;
}

/**
 * Returns the file systems with their metadata UUIDs, which node_exporter uses as labels. If several file systems have the
 * same metadata UUID, the names of their directories are the labels instead. These file systems are copies: Linux 6.7 and
 * later mount a copy under a temporary UUID, and `btrfstune -m` sets a new UUID, but a copy has the same metadata UUID as
 * its original.
 *
 * All metrics have the UUID as a label, so an error while reading the UUID costs the whole file system.
 */
function identify(host: Host, names: readonly string[]): readonly BtrfsFileSystem[] {
  const identified = names.flatMap((name) => {
    // The attribute does not exist before Linux 5.0.
    const read = (): string => optional(() => host.sys.read(`${ROOT}/${name}/metadata_uuid`, parseText)) || name;
    const uuid = attempt(host, read);
    return uuid === undefined ? [] : { name, uuid };
  });
  return identified.map(({ name, uuid }) => {
    const isShared = identified.some((other) => other.name !== name && other.uuid === uuid);
    return { name, uuid: isShared ? name : uuid };
  });
}

/**
 * Emits the metrics of a file system. If an attribute cannot be read, only the families that contain its value are left
 * out.
 */
function emitFileSystem(host: Host, emit: Emit, { name, uuid }: BtrfsFileSystem): void {
  const { sys } = host;
  const path = `${ROOT}/${name}`;
  const number = (attribute: string) => sys.readIfPresent(`${path}/${attribute}`, parseIntegerFile);
  attempt(host, () => emit(info, 1, { uuid, label: optional(() => sys.read(`${path}/label`, parseText)) ?? '' }));
  const reserve = number('allocation/global_rsv_size');
  if (reserve !== undefined) emit(globalReserve, reserve, { uuid });
  const commitStats = attempt(
    host,
    () => optional(() => sys.read(`${path}/commit_stats`, parseCommitStats)) ?? NO_COMMIT_STATS,
  );
  if (commitStats !== undefined) emitCommits(emit, uuid, commitStats);
  const devices = attempt(host, () => sys.list(`${path}/devices`));
  for (const type of BLOCK_GROUP_TYPES) {
    const labels = { uuid, block_group_type: type };
    const bytes = number(`allocation/${type}/bytes_reserved`);
    if (bytes !== undefined) emit(reserved, bytes, labels);
    for (const mode of sys.listIfPresent(`${path}/allocation/${type}`)) {
      const ratioOf = RATIOS[mode];
      if (ratioOf === undefined) continue;
      const usedBytes = number(`allocation/${type}/${mode}/used_bytes`);
      const totalBytes = number(`allocation/${type}/${mode}/total_bytes`);
      if (usedBytes !== undefined) emit(used, usedBytes, { ...labels, mode });
      if (totalBytes !== undefined) emit(size, totalBytes, { ...labels, mode });
      const bytesPerByte = devices === undefined ? Number.NaN : ratioOf(devices.length);
      // The ratio is unknown if sysfs shows no more devices than the layout needs for parity, as in a sandbox.
      if (bytesPerByte > 0 && Number.isFinite(bytesPerByte)) emit(ratio, bytesPerByte, { ...labels, mode });
    }
  }
  for (const device of devices ?? []) {
    const sectors = number(`devices/${device}/size`);
    if (sectors !== undefined) emit(deviceSize, sectors * BYTES_PER_SECTOR, { uuid, device });
  }
}

const parseCommitKeys = createFlatKeyedParser('commits', 'last_commit_ms', 'max_commit_ms', 'total_commit_ms');
const parseCommitStats: Parse<FlatKeyed> = (text, report) => {
  requireContent(text, 'a line such as "commits 258051"');
  return parseCommitKeys(text, report);
};
/** Values for kernels before 6.0, which have no statistics of commits. Like node_exporter, emit 0 for these kernels. */
const NO_COMMIT_STATS: FlatKeyed = [0, 0, 0, 0];

function emitCommits(emit: Emit, uuid: string, [count, last, longest, total]: FlatKeyed): void {
  if (count !== undefined) emit(commits, count, { uuid });
  if (last !== undefined) emit(lastCommit, last / MILLISECONDS_PER_SECOND, { uuid });
  if (longest !== undefined) emit(maxCommit, longest / MILLISECONDS_PER_SECOND, { uuid });
  if (total !== undefined) emit(commitSeconds, total / MILLISECONDS_PER_SECOND, { uuid });
}
