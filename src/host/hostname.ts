import type { AsyncTree } from './async-tree.ts';
import { optional, optionalAsync } from './errors.ts';
import type { KernelTree } from './kernel-tree.ts';
import type { Uname } from './uname.ts';

interface HostNames {
  readonly proc: KernelTree;
  readonly rootfs: AsyncTree;
  readonly uname: Uname;
}

/**
 * Returns the name of the host. If the root of the host is not mounted at `/`, this process runs in a container, where the
 * kernel reports the name of the container. The name in the host's `/etc/hostname` therefore takes precedence.
 */
export async function readHostname(host: HostNames): Promise<string> {
  const { proc, rootfs } = host;
  const name = rootfs.root === '/' ? undefined : await optionalAsync(rootfs.read('etc/hostname', parseHostname));
  // A sandbox may have no /proc/sys, but it has uname(2).
  return name ?? optional(() => proc.read('sys/kernel/hostname', parseHostname)) ?? host.uname.nodename;
}

/** Returns the first line of `/etc/hostname` that is neither blank nor a comment (hostname(5)). */
function parseHostname(text: string): string {
  const name = text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  if (name === undefined) throw new SyntaxError('expected a name');
  return name;
}
