import { type Host, PERMISSION_ERRNOS } from '../../host/host.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';

/**
 * Reads the mount table of the first process of the host. Where hidepid (proc(5)) hides that process, reads the table of
 * this process instead.
 */
export function readMountinfo<T>({ proc }: Host, parse: (text: string) => T): T {
  return (
    proc.readIfPresent('1/mountinfo', parse, { ignoreErrno: PERMISSION_ERRNOS }) ?? proc.read('self/mountinfo', parse)
  );
}

/**
 * Parses a mount table into the mounts that are visible on the host.
 *
 * @param root the directory where this process sees the root of the host. Mount points lose it: with `/host`, `/host/home`
 * becomes `/home`.
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

/** Drops a mount if a later one has the same source, mount point and type, and so the same labels. */
function withoutCovered(mounts: readonly Mount[]): Mount[] {
  const byLabels = new Map<string, Mount>();
  for (const mount of mounts) byLabels.set([mount.source, mount.mountPoint, mount.type].join('\n'), mount);
  return [...byLabels.values()];
}

/** `emergency_ro`: the option of an ext4 that an error has made read-only, since Linux 6.13. */
export function isReadOnly({ options, superOptions }: Mount): boolean {
  return options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');
}
