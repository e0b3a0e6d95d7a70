import { join } from 'node:path';
import { defineCollector } from '../../collection/collector.ts';
import { duration, type FlagValues, integer, pattern } from '../../flags/flag.ts';
import { type AnsweredBy, type Host, ignoreErrno, PERMISSION_ERRNOS, type StatfsAnswer } from '../../host/host.ts';
import { type Emit, gauge, semconv } from '../../metrics/metric.ts';
import { parseLocks } from '../../parse/locks.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';
import { memoizeLast } from '../../util/memoize.ts';
import { createDefaultedFilter } from '../support/filter.ts';
import { answersOf } from './blocking-mounts.ts';

const LABELS = ['device', 'mountpoint', 'fstype', 'device_error'] as const;

const size = gauge('node_filesystem_size_bytes', 'Size of the file system.', LABELS);
const free = gauge('node_filesystem_free_bytes', 'Free space.', LABELS);
const available = gauge('node_filesystem_avail_bytes', 'Free space that users other than root can have.', LABELS);
const files = gauge('node_filesystem_files', 'Inodes of the file system.', LABELS);
const filesFree = gauge('node_filesystem_files_free', 'Free inodes.', LABELS);
const purgeable = gauge('node_filesystem_purgeable_bytes', 'Space that the system could free; 0 on Linux.', LABELS);
const readonly = gauge('node_filesystem_readonly', 'Whether nothing can be written.', LABELS);
const deviceError = gauge('node_filesystem_device_error', 'Whether it does not tell its size.', LABELS);
const mountInfo = gauge('node_filesystem_mount_info', 'The device numbers of a mount; always 1.', [
  'device',
  'major',
  'minor',
  'mountpoint',
]);

const ATTRIBUTES = [
  'system.device',
  'system.filesystem.mountpoint',
  'system.filesystem.type',
  'system.filesystem.mode',
] as const;
const STATE = 'system.filesystem.state';
const usage = semconv.upDownCounter('system.filesystem.usage', 'By', 'Space that is used, free or only for root.', [
  ...ATTRIBUTES,
  STATE,
]);
const utilization = semconv.gauge('system.filesystem.utilization', '1', 'Used part of what users can have, as df(1).', [
  ...ATTRIBUTES,
  STATE,
]);
const limit = semconv.upDownCounter('system.filesystem.limit', 'By', 'Size of the file system.', ATTRIBUTES);
const locks = semconv.upDownCounter('system.filesystem.lock.count', '{lock}', 'Locks on files.', [
  'system.device',
  'file.lock.mechanism',
  'file.lock.mode',
  'file.lock.type',
]);

const flags = {
  'mount-points-exclude': pattern(
    'Mount points to leave out.',
    '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  ),
  'mount-points-include': pattern('Mount points to keep; all others are left out.'),
  'ignored-mount-points': pattern('Old name of --collector.filesystem.mount-points-exclude.'),
  'fs-types-exclude': pattern(
    'Types of file systems to leave out.',
    '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$',
  ),
  'fs-types-include': pattern('Types of file systems to keep; all others are left out.'),
  'ignored-fs-types': pattern('Old name of --collector.filesystem.fs-types-exclude.'),
  'mount-timeout': duration('How long a mount point may take to tell its size.', 5, { min: 0.001, max: 3600 }),
  'stat-workers': integer('Has no effect: no number of mount points that hang holds up the others.', 4, {
    min: 1,
    max: 1e6,
  }),
};

/**
 * What does not tell its size has `node_filesystem_device_error` 1 and is no failure of the collector: mount points
 * that only their owner may enter are common (`fuse.portal`).
 */
export const filesystem = defineCollector({
  name: 'filesystem',
  help: 'Sizes of mounted file systems',
  flags,
  create(values) {
    const isMountPointKept = filterOf('mount-points', values);
    const isTypeKept = filterOf('fs-types', values);
    const milliseconds = values['mount-timeout'] * 1000;
    const choose = memoizeLast((text: string, root: string) =>
      visible(
        parseMountinfo(text).map((mount) => ({ ...mount, mountPoint: withoutRoot(mount.mountPoint, root) })),
      ).filter(({ mountPoint, type }) => isTypeKept(type) && isMountPointKept(mountPoint)),
    );
    const parseOwn = memoizeLast(parseMountinfo);
    const findAll = memoizeLast((mounts: readonly Mount[], own: readonly Mount[], root: string): readonly Found[] => {
      const answeredBy = answersOf(own);
      return mounts.map((mount) => {
        const path = join(root, mount.mountPoint);
        return { mount, path, answeredBy: answeredBy(path) };
      });
    });
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
        usage,
        utilization,
        limit,
        locks,
      ],
      async collect(host, emit) {
        const { root } = host.rootfs;
        const mounts = readMountinfo(host, (text) => choose(text, root));
        const own = host.self.find('mountinfo', parseOwn) ?? NONE;
        const asked = findAll(mounts, own, root).map((found) => ({
          mount: found.mount,
          answer: ask(host, found, milliseconds),
        }));
        const emitOne = emit.convention === 'semconv' ? emitUsage : emitMount;
        for (const { mount, answer } of asked) emitOne(emit, mount, await answer);
        if (emit.convention === 'semconv') emitLocks(emit, host, mounts);
      },
    };
  },
});

function filterOf(what: 'mount-points' | 'fs-types', values: FlagValues<typeof flags>): (text: string) => boolean {
  const named = (name: keyof typeof flags) => ({ name: `collector.filesystem.${name}` });
  return createDefaultedFilter({
    include: { ...named(`${what}-include`), value: values[`${what}-include`] },
    exclude: {
      ...named(`${what}-exclude`),
      value: values[`${what}-exclude`],
      byDefault: flags[`${what}-exclude`].default,
    },
    ignored: { ...named(`ignored-${what}`), value: values[`ignored-${what}`] },
  });
}

const NONE: readonly Mount[] = [];

/** hidepid (proc(5)) keeps what is not ours from us: then what we see ourselves has to do. */
function readMountinfo<T>({ proc }: Host, parse: (text: string) => T): T {
  return ignoreErrno(PERMISSION_ERRNOS, () => proc.read('1/mountinfo', parse)) ?? proc.read('self/mountinfo', parse);
}

/** In a container that sees the host's root at `/host`, `/host/home` is the host's `/home`. */
function withoutRoot(mountPoint: string, root: string): string {
  if (mountPoint === root) return '/';
  return root !== '/' && mountPoint.startsWith(`${root}/`) ? mountPoint.slice(root.length) : mountPoint;
}

/** Of the same thing mounted twice on one mount point, only the upper one can be seen. */
function visible(mounts: readonly Mount[]): Mount[] {
  const byLabels = new Map<string, Mount>();
  for (const mount of mounts) byLabels.set([mount.source, mount.mountPoint, mount.type].join('\n'), mount);
  return [...byLabels.values()];
}

interface Found {
  readonly mount: Mount;
  /** Of its mount point, for this process. */
  readonly path: string;
  readonly answeredBy: 'memory' | AnsweredBy;
}

function ask(
  { fileSystems }: Host,
  { mount: { major, minor }, path, answeredBy }: Found,
  milliseconds: number,
): StatfsAnswer | Promise<StatfsAnswer> {
  if (answeredBy === 'memory') return fileSystems.statNow(path);
  return fileSystems.stat({ path, device: `${major}:${minor}`, answeredBy, milliseconds });
}

function emitMount(emit: Emit, mount: Mount, { error, stats }: StatfsAnswer): void {
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

/** What the conventions call otherwise than the kernel does. */
const CONVENTIONAL_TYPES: Readonly<Record<string, string>> = { ntfs3: 'ntfs' };

function emitUsage(emit: Emit, mount: Mount, { stats }: StatfsAnswer): void {
  if (stats === undefined) return;
  const attributes = {
    'system.device': mount.source,
    'system.filesystem.mountpoint': mount.mountPoint,
    'system.filesystem.type': CONVENTIONAL_TYPES[mount.type] ?? mount.type,
    'system.filesystem.mode': isReadOnly(mount) ? 'ro' : 'rw',
  };
  const used = (stats.blocks - stats.bfree) * stats.bsize;
  const forUsers = stats.bavail * stats.bsize;
  emit(usage, used, { ...attributes, [STATE]: 'used' });
  emit(usage, forUsers, { ...attributes, [STATE]: 'free' });
  emit(usage, (stats.bfree - stats.bavail) * stats.bsize, { ...attributes, [STATE]: 'reserved' });
  if (used + forUsers > 0) emit(utilization, used / (used + forUsers), { ...attributes, [STATE]: 'used' });
  emit(limit, stats.blocks * stats.bsize, attributes);
}

const LOCK_TYPES: Readonly<Record<string, string>> = { READ: 'read', WRITE: 'write' };

/** Of the file systems that are kept; a process in a container sees the locks of its own container only. */
function emitLocks(emit: Emit, { proc }: Host, mounts: readonly Mount[]): void {
  const sources = new Map(mounts.map(({ major, minor, source }) => [`${major}:${minor}`, source]));
  for (const { device, mechanism, mode, type, count } of proc.find('locks', parseLocks) ?? []) {
    const source = sources.get(device);
    if (source === undefined) continue;
    emit(locks, count, {
      'system.device': source,
      'file.lock.mechanism': mechanism,
      'file.lock.mode': mode,
      'file.lock.type': LOCK_TYPES[type],
    });
  }
}

/** `emergency_ro`: what ext4 makes of itself after an error, since Linux 6.13. */
function isReadOnly({ options, superOptions }: Mount): boolean {
  return options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');
}
