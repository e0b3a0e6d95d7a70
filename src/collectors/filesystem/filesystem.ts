import { join } from 'node:path';
import { attempt, defineCollector } from '../../collection/collector.ts';
import { deprecated, duration, type FlagValues, integer, pattern } from '../../flags/flag.ts';
import type { Host, StatfsResult } from '../../host/host.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';
import { memoizeLast } from '../../util/memoize.ts';
import { MILLISECONDS_PER_SECOND } from '../../util/units.ts';
import { createDefaultedFilter } from '../support/filter.ts';
import { createStatfsClassifier, type StatfsSource } from './blocking-mounts.ts';
import {
  decodeEscapes,
  isReadOnly,
  memoizeMountParser,
  parseVisibleMounts,
  readMountinfo,
  toLatin1,
  toSystemPath,
  type VisibleMount,
} from './mounts.ts';
import { emitLocks, emitUsage, semconvFamilies } from './semconv.ts';

const LABELS = ['device', 'mountpoint', 'fstype', 'device_error'] as const;

const size = gauge('node_filesystem_size_bytes', 'Size of the file system, in bytes.', LABELS);
const free = gauge('node_filesystem_free_bytes', 'Free space of the file system, in bytes.', LABELS);
const available = gauge(
  'node_filesystem_avail_bytes',
  'Free space of the file system that is not reserved for root, in bytes.',
  LABELS,
);
const files = gauge('node_filesystem_files', 'Inodes of the file system.', LABELS);
const filesFree = gauge('node_filesystem_files_free', 'Free inodes of the file system.', LABELS);
const purgeable = gauge(
  'node_filesystem_purgeable_bytes',
  'Space of the file system that the operating system can purge, in bytes; always 0 on Linux.',
  LABELS,
);
const readonly = gauge('node_filesystem_readonly', '1 if the file system is read-only, 0 otherwise.', LABELS);
const deviceError = gauge(
  'node_filesystem_device_error',
  '1 if the size of the file system could not be read, 0 otherwise.',
  LABELS,
);
const mountInfo = gauge('node_filesystem_mount_info', 'Device numbers of the mounted file system; always 1.', [
  'device',
  'major',
  'minor',
  'mountpoint',
]);

const flags = {
  'mount-points-exclude': pattern(
    'Mount points to exclude; mutually exclusive with mount-points-include.',
    '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  ),
  'mount-points-include': pattern('Mount points to include; mutually exclusive with mount-points-exclude.'),
  'ignored-mount-points': deprecated(pattern('Deprecated name of --collector.filesystem.mount-points-exclude.')),
  'fs-types-exclude': pattern(
    'File system types to exclude; mutually exclusive with fs-types-include.',
    '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$',
  ),
  'fs-types-include': pattern('File system types to include; mutually exclusive with fs-types-exclude.'),
  'ignored-fs-types': deprecated(pattern('Deprecated name of --collector.filesystem.fs-types-exclude.')),
  'mount-timeout': duration('Timeout of statfs(2) on one mount point.', 5, { min: 0.001, max: 3600 }),
  'stat-workers': integer('Has no effect: a mount point that hangs never delays the others.', 4, { min: 1, max: 1e6 }),
};

/**
 * If the size of a file system cannot be read, the collector emits `node_filesystem_device_error` with the value 1 and does
 * not fail: mount points that only their owner may enter are common (`fuse.portal`).
 *
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
export const filesystem = defineCollector({
  name: 'filesystem',
  help: 'Size and free space of mounted file systems from /proc/1/mountinfo and statfs(2)',
  flags,
  create(options) {
    const isMountPointIncluded = createMountFilter('mount-points', options);
    const isTypeIncluded = createMountFilter('fs-types', options);
    const timeoutMs = options['mount-timeout'] * MILLISECONDS_PER_SECOND;
    const parseMounts = memoizeMountParser((text, root, report) =>
      parseVisibleMounts(text, root, report).filter(
        ({ mountPoint, type }) => isTypeIncluded(type) && isMountPointIncluded(mountPoint),
      ),
    );
    const parseSelfMounts = memoizeMountParser((text, _root, report) => parseMountinfo(text, report));
    const locate = memoizeLast(locateMounts);
    return {
      families: [
        size,
        free,
        available,
        files,
        filesFree,
        purgeable,
        readonly,
        deviceError,
        mountInfo,
        ...semconvFamilies,
      ],
      async collect(host, emit) {
        const { root } = host.rootfs;
        const mounts = readMountinfo(host, (text, report) => parseMounts(text, root, report));
        const selfMounts =
          attempt(host, () =>
            host.self.readLatin1('mountinfo', (text, report) => parseSelfMounts(text, root, report)),
          ) ?? NO_MOUNTS;
        // Start all calls before the first one is awaited.
        const calls = locate(mounts, selfMounts, root).map((located) => ({
          mount: located.mount,
          answer: statMount(host, located, timeoutMs),
        }));
        const isSemconv = emit.convention === 'semconv';
        const emitOne = isSemconv ? emitUsage : emitMount;
        for (const { mount, answer } of calls) emitOne(emit, mount, await answer);
        if (isSemconv) emitLocks(emit, host, mounts);
      },
    };
  },
});

type MountPatternFlag = Exclude<keyof typeof flags, 'mount-timeout' | 'stat-workers'>;

function createMountFilter(
  subject: 'mount-points' | 'fs-types',
  options: FlagValues<typeof flags>,
): (text: string) => boolean {
  const flag = (name: MountPatternFlag) => ({
    name: `collector.filesystem.${name}`,
    value: options[name],
  });
  return createDefaultedFilter({
    include: flag(`${subject}-include`),
    exclude: { ...flag(`${subject}-exclude`), byDefault: flags[`${subject}-exclude`].default },
    ignored: flag(`ignored-${subject}`),
  });
}

const NO_MOUNTS: readonly Mount[] = [];

interface LocatedMount {
  readonly mount: Mount;
  /** Path of the mount point as this process sees it: `/host/home` for `/home`. */
  readonly path: string | Buffer;
  readonly source: StatfsSource;
}

function locateMounts(
  mounts: readonly VisibleMount[],
  selfMounts: readonly Mount[],
  root: string,
): readonly LocatedMount[] {
  const classify = createStatfsClassifier(
    selfMounts.map((mount) => ({ ...mount, mountPoint: decodeEscapes(mount.mountPoint) })),
  );
  return mounts.map((mount) => {
    const path = join(toLatin1(root), mount.path);
    return { mount, path: toSystemPath(path), source: classify(path) };
  });
}

function statMount(
  { fileSystems }: Host,
  { mount: { major, minor }, path, source }: LocatedMount,
  timeoutMs: number,
): StatfsResult | Promise<StatfsResult> {
  if (source === 'memory') return fileSystems.statfsSync(path);
  return fileSystems.statfs({ path, device: `${major}:${minor}`, source, milliseconds: timeoutMs });
}

function emitMount(emit: Emit, mount: Mount, { error, stats }: StatfsResult): void {
  const { source: device, mountPoint: mountpoint, type: fstype, major, minor } = mount;
  const labels = { device, mountpoint, fstype, device_error: error };
  emit(deviceError, stats === undefined ? 1 : 0, labels);
  emit(readonly, isReadOnly(mount) ? 1 : 0, labels);
  if (stats === undefined) return;
  emit(size, stats.blocks * stats.bsize, labels);
  emit(free, stats.bfree * stats.bsize, labels);
  emit(available, stats.bavail * stats.bsize, labels);
  emit(files, stats.files, labels);
  emit(filesFree, stats.ffree, labels);
  emit(purgeable, 0, labels);
  emit(mountInfo, 1, { device, major, minor, mountpoint });
}
