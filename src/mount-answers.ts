import type { AnsweredBy } from './host.ts';
import type { Mount } from './parse/mountinfo.ts';

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
 * What answers statfs(2) on each mount point: the kernel from memory, a disk, or `others` (NFS, FUSE, whatever is not
 * known). The way to a mount point leads through the mounts above it, and a network or a program among them is asked
 * on the way.
 */
export function answersOf(mounts: readonly Mount[]): (mount: Mount) => 'memory' | AnsweredBy {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const known = new Map<string, boolean>();
  const isLocal = (id: string): boolean => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    const mount = byId.get(id);
    // The mount above the first one is in no list.
    if (mount === undefined) return true;
    // For the root of all, which may name itself.
    known.set(id, true);
    const answer = (FROM_MEMORY.has(mount.type) || FROM_DISK.has(mount.type)) && isLocal(mount.parent);
    known.set(id, answer);
    return answer;
  };
  return ({ id, type }) => {
    if (!isLocal(id)) return 'others';
    return FROM_MEMORY.has(type) ? 'memory' : 'disk';
  };
}
