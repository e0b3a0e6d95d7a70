import type { BlockingSource } from '../../host/host.ts';
import type { Mount } from '../../parse/mountinfo.ts';

/**
 * Types whose statfs(2) adds up counters in memory, whatever their disk does: ext4_statfs(), shmem_statfs(),
 * simple_statfs(). One thing of ext4 is not in memory at first: the limit of a directory with a project quota.
 */
const MEMORY_TYPES: ReadonlySet<string> = new Set(['ext2', 'ext3', 'ext4', 'ramfs', 'tmpfs']);

/**
 * Types on a local device whose statfs(2) may take a lock that a write holds (btrfs), flush (XFS before Linux 6.0), read
 * (FAT counts its free clusters) or call the statfs of another file system (overlay).
 */
const DISK_TYPES: ReadonlySet<string> = new Set([
  ...['bcachefs', 'btrfs', 'erofs', 'exfat', 'f2fs', 'hfs', 'hfsplus', 'iso9660', 'jfs', 'msdos', 'nilfs2', 'ntfs'],
  ...['ntfs3', 'overlay', 'reiserfs', 'rootfs', 'squashfs', 'udf', 'ufs', 'vfat', 'xfs', 'zfs'],
  // These types have no disk. They are common on the way to a mount point and never wait for a network or a program.
  ...['cgroup', 'cgroup2', 'configfs', 'debugfs', 'devtmpfs', 'hugetlbfs', 'proc', 'securityfs', 'sysfs', 'tracefs'],
]);

/** What a statfs(2) call waits for: nothing (`memory`), a local disk, or a network or program (`remote`). */
export type StatfsSource = 'memory' | BlockingSource;

/**
 * Returns a function that classifies paths by what statfs(2) on them waits for. The kernel walks through every mount on the
 * path, so one mount of NFS, FUSE or an unknown type is enough for `remote`.
 *
 * @param mounts the mounts of this process; the table of the host does not contain the mount of the host's root
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

/** `/`, `/a`, `/a/b` for `/a/b` */
function directoriesTo(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}
