import type { BlockingSource } from '../../host/host.ts';
import type { Mount } from '../../parse/mountinfo.ts';

/**
 * Types whose statfs(2) adds up counters in memory, whatever their disk does: ext4_statfs(), shmem_statfs(),
 * simple_statfs(). Of ext4 one thing is not in memory at first: the limit of a directory that has a project quota.
 */
const FROM_MEMORY: ReadonlySet<string> = new Set(['ext2', 'ext3', 'ext4', 'ramfs', 'tmpfs']);

/**
 * Types on a device of this machine whose statfs(2) may take a lock that is held during a write (btrfs), flush
 * something (XFS before Linux 6.0), read (FAT, to count its free clusters) or ask another one of them (overlay).
 */
const FROM_DISK: ReadonlySet<string> = new Set([
  ...['bcachefs', 'btrfs', 'erofs', 'exfat', 'f2fs', 'hfs', 'hfsplus', 'iso9660', 'jfs', 'msdos', 'nilfs2', 'ntfs'],
  ...['ntfs3', 'overlay', 'reiserfs', 'rootfs', 'squashfs', 'udf', 'ufs', 'vfat', 'xfs', 'zfs'],
  // Nothing of theirs is on a disk, but what is mounted in them is no farther away for it.
  ...['cgroup', 'cgroup2', 'configfs', 'debugfs', 'devtmpfs', 'hugetlbfs', 'proc', 'securityfs', 'sysfs', 'tracefs'],
]);

/**
 * What answers statfs(2) on a path: the kernel from memory, a disk, or `remote` (NFS, FUSE, whatever is not known). The
 * way to it leads through mounts, and a network or a program among them is asked on the way.
 *
 * @param mounts what this process has mounted: the host's own table says nothing of where the host's root is mounted here
 */
export function answersOf(mounts: readonly Mount[]): (path: string) => 'memory' | BlockingSource {
  // Of two mounts on one mount point the later one covers the other.
  const types = new Map(mounts.map(({ mountPoint, type }) => [mountPoint, type]));
  return (path) => {
    let answer: 'memory' | BlockingSource = 'remote';
    for (const folder of foldersTo(path)) {
      const type = types.get(folder);
      if (type === undefined) continue;
      if (FROM_MEMORY.has(type)) answer = 'memory';
      else if (FROM_DISK.has(type)) answer = 'disk';
      else return 'remote';
    }
    return answer;
  };
}

/** `/`, `/a`, `/a/b` for `/a/b` */
function foldersTo(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}
