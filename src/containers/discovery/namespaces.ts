import { type Host, type KernelTree, PERMISSION_ERRNOS } from '../../host/host.ts';

type NamespaceKind = 'net' | 'mnt';

const HOST_PID = 1;

/**
 * Reads the namespaces of processes in one pass. Reading a link in `/proc/<pid>/ns` requires the permission to trace the
 * process. Without this permission, a network namespace is identified by the inode number of `net/dev`, which is different
 * in each namespace.
 */
export class Namespaces {
  readonly #proc: KernelTree;
  readonly #hostMounts: string | undefined;
  readonly #hasNetworkLinks: boolean;
  /** Identifiers of the host's network namespace: the target of the link, and the inode number of `net/dev`. */
  readonly #hostNetworks: ReadonlySet<string>;

  constructor({ proc, self }: Pick<Host, 'proc' | 'self'>) {
    this.#proc = proc;
    this.#hostMounts = this.#link(HOST_PID, 'mnt');
    const link = this.#link(HOST_PID, 'net');
    this.#hasNetworkLinks = link !== undefined;
    // The mount option `hidepid` may hide the host's first process. The network namespace of the exporter then counts as
    // that of the host.
    const hostNetworks = [link, inodeOf(proc, HOST_PID)].filter((id) => id !== undefined);
    const ownNetworks = [readNamespace(self, 'ns/net'), inodeOf(self)].filter((id) => id !== undefined);
    this.#hostNetworks = new Set(hostNetworks.length > 0 ? hostNetworks : ownNetworks);
  }

  /** Returns an identifier of the network namespace of a process; `undefined` if the process is not visible. */
  networkOf(pid: number): string | undefined {
    return (this.#hasNetworkLinks ? this.#link(pid, 'net') : undefined) ?? inodeOf(this.#proc, pid);
  }

  /** @param network an identifier that {@link Namespaces.networkOf} returned */
  isHostNetwork(network: string): boolean {
    return this.#hostNetworks.has(network);
  }

  /** Returns whether a process is in the mount namespace of the host; `undefined` if its namespace is not visible. */
  isInHostMounts(pid: number): boolean | undefined {
    const mounts = this.#hostMounts === undefined ? undefined : this.#link(pid, 'mnt');
    return mounts === undefined ? undefined : mounts === this.#hostMounts;
  }

  #link(pid: number, kind: NamespaceKind): string | undefined {
    return readNamespace(this.#proc, `${pid}/ns/${kind}`);
  }
}

function readNamespace(tree: KernelTree, path: string): string | undefined {
  return tree.readlink(path, { ignoreErrno: PERMISSION_ERRNOS });
}

/** @param pid `undefined` if the tree is the directory of one process, such as `/proc/self` */
function inodeOf(tree: KernelTree, pid?: number): string | undefined {
  return tree.stat(pid === undefined ? 'net/dev' : `${pid}/net/dev`)?.inode.toString();
}
