import { type Host, PERMISSION_ERRNOS } from '../../host/host.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';

/**
 * Reads and parses the mount table of process 1. If the mount option hidepid of procfs hides process 1, reads the mount
 * table of this process instead.
 */
export function readMountinfo<T>({ proc }: Host, parse: (text: string) => T): T {
  return (
    proc.readIfPresent('1/mountinfo', parse, { ignoreErrno: PERMISSION_ERRNOS }) ?? proc.read('self/mountinfo', parse)
  );
}

/**
 * Parses a mount table into the mounts that are visible on the host.
 *
 * @param root the directory where this process sees the root of the host. It is removed from the mount points: if the root
 * is `/host`, the mount point `/host/home` becomes `/home`.
 */
export function parseVisibleMounts(text: string, root: string): Mount[] {
  return withoutCovered(
    parseMountinfo(text).map((mount) => ({ ...mount, mountPoint: withoutRoot(mount.mountPoint, root) })),
  );
}

function withoutRoot(mountPoint: string, root: string): string {
  if (mountPoint === root) return '/';
  return root !== '/' && mountPoint.startsWith(`${root}/`) ? mountPoint.slice(root.length) : mountPoint;
}

/**
 * Removes a mount if a later mount has the same source, mount point and type: the series of the two mounts would have the
 * same labels.
 */
function withoutCovered(mounts: readonly Mount[]): Mount[] {
  const byLabels = new Map<string, Mount>();
  for (const mount of mounts) byLabels.set([mount.source, mount.mountPoint, mount.type].join('\n'), mount);
  return [...byLabels.values()];
}

/**
 * Returns whether the file system is read-only. Recent kernels show the option `emergency_ro` instead of `ro` if an error
 * has made an ext4 file system read-only.
 */
export function isReadOnly({ options, superOptions }: Mount): boolean {
  return options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');
}
