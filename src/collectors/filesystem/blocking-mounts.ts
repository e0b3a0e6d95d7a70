import type { BlockingSource } from '../../host/host.ts';
import type { Mount } from '../../parse/mountinfo.ts';

/**
 * File system types whose statfs(2) only adds up counters in memory: ext4_statfs(), shmem_statfs(), simple_statfs(). The
 * exception is an ext4 directory with a project quota: its limit may have to be read from disk first.
 */
const MEMORY_TYPES: ReadonlySet<string> = new Set(['ext2', 'ext3', 'ext4', 'ramfs', 'tmpfs']);

/**
 * Local file system types whose statfs(2) may wait for the disk: for a lock that is held during a write (btrfs), for a
 * flush (XFS before Linux 6.0), for a read (FAT counts its free clusters) or for the underlying file system (overlay).
 */
const DISK_TYPES: ReadonlySet<string> = new Set([
  ...['bcachefs', 'btrfs', 'erofs', 'exfat', 'f2fs', 'hfs', 'hfsplus', 'iso9660', 'jfs', 'msdos', 'nilfs2', 'ntfs'],
  ...['ntfs3', 'overlay', 'reiserfs', 'rootfs', 'squashfs', 'udf', 'ufs', 'vfat', 'xfs', 'zfs'],
  // File systems of these types often contain mount points. They have no disk, and never wait for a network or a
  // program.
  ...['cgroup', 'cgroup2', 'configfs', 'debugfs', 'devtmpfs', 'hugetlbfs', 'proc', 'securityfs', 'sysfs', 'tracefs'],
]);

/** Resource that statfs(2) waits for: only memory (`memory`), a local disk (`disk`), or a network or program (`remote`). */
export type StatfsSource = 'memory' | BlockingSource;

/**
 * Returns a function that classifies paths. For each path, the function returns the resource that statfs(2) waits for. The
 * call crosses every mount on the path, so a single mount of NFS, FUSE or an unknown type makes the path `remote`.
 *
 * @param mounts mounts of this process. The mount table of process 1 lacks the mount of the host's root, such as `/host`.
 */
export function createStatfsClassifier(mounts: readonly Mount[]): (path: string) => StatfsSource {
  // A later mount covers an earlier one on the same mount point.
  const types = new Map(mounts.map(({ mountPoint, type }) => [mountPoint, type]));
  return (path) => {
    let source: StatfsSource = 'remote';
    for (const directory of directoriesTo(path)) {
      const type = types.get(directory);
      if (type === undefined) continue;
      if (MEMORY_TYPES.has(type)) source = 'memory';
      else if (DISK_TYPES.has(type)) source = 'disk';
      else return 'remote';
    }
    return source;
  };
}

/** Returns a path and all its parents: `/`, `/a`, `/a/b` for `/a/b`. */
function directoriesTo(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}
