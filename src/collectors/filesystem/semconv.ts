import type { Host, StatfsResult } from '../../host/host.ts';
import { type Emit, semconv } from '../../metrics/metric.ts';
import { parseLocks } from '../../parse/locks.ts';
import type { Mount } from '../../parse/mountinfo.ts';
import { isReadOnly } from './mounts.ts';

const ATTRIBUTES = [
  'system.device',
  'system.filesystem.mountpoint',
  'system.filesystem.type',
  'system.filesystem.mode',
] as const;
const STATE = 'system.filesystem.state';

const usage = semconv.intUpDownCounter(
  'system.filesystem.usage',
  'By',
  'Space of the file system in the state (used, free or reserved for root), in bytes.',
  [...ATTRIBUTES, STATE],
);
const utilization = semconv.gauge(
  'system.filesystem.utilization',
  '1',
  "Fraction of the file system's space that is used; space reserved for root does not count, as in df(1).",
  [...ATTRIBUTES, STATE],
);
const limit = semconv.intUpDownCounter(
  'system.filesystem.limit',
  'By',
  'Size of the file system, in bytes.',
  ATTRIBUTES,
);
const inodes = semconv.intUpDownCounter(
  'system.filesystem.inodes.usage',
  '{inodes}',
  'Inodes of the file system in the state (used or free).',
  [...ATTRIBUTES, STATE],
);
const locks = semconv.intUpDownCounter(
  'system.filesystem.lock.count',
  '{lock}',
  'Locks held on files of the file system.',
  ['system.device', 'file.lock.mechanism', 'file.lock.mode', 'file.lock.type'],
);

export const semconvFamilies = [usage, utilization, limit, inodes, locks];

/** File system types whose name in the semantic conventions differs from the kernel's name. */
const SEMCONV_TYPES: Readonly<Record<string, string>> = { ntfs3: 'ntfs' };

export function emitUsage(emit: Emit, mount: Mount, { stats }: StatfsResult): void {
  if (stats === undefined) return;
  const attributes = {
    'system.device': mount.source,
    'system.filesystem.mountpoint': mount.mountPoint,
    'system.filesystem.type': SEMCONV_TYPES[mount.type] ?? mount.type,
    'system.filesystem.mode': isReadOnly(mount) ? 'ro' : 'rw',
  };
  const used = (stats.blocks - stats.bfree) * stats.bsize;
  const available = stats.bavail * stats.bsize;
  emit(usage, used, { ...attributes, [STATE]: 'used' });
  emit(usage, available, { ...attributes, [STATE]: 'free' });
  emit(usage, (stats.bfree - stats.bavail) * stats.bsize, { ...attributes, [STATE]: 'reserved' });
  if (used + available > 0) emit(utilization, used / (used + available), { ...attributes, [STATE]: 'used' });
  emit(limit, stats.blocks * stats.bsize, attributes);
  emit(inodes, stats.files - stats.ffree, { ...attributes, [STATE]: 'used' });
  emit(inodes, stats.ffree, { ...attributes, [STATE]: 'free' });
}

const LOCK_TYPES: Readonly<Record<string, string>> = { READ: 'read', WRITE: 'write' };

/**
 * Emits the number of file locks on the mounts. In a container, the kernel lists only the locks of the container's
 * processes.
 */
export function emitLocks(emit: Emit, { proc }: Host, mounts: readonly Mount[]): void {
  const sources = new Map(mounts.map(({ major, minor, source }) => [`${major}:${minor}`, source]));
  for (const { device, mechanism, mode, type, count } of proc.readIfPresent('locks', parseLocks) ?? []) {
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
