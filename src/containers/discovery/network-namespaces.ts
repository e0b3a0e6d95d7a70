import { type KernelTree, PERMISSION_ERRNOS } from '../../host/host.ts';

const HOST_PID = 1;

/**
 * Identifies the network namespaces of processes by the link `ns/net`, which requires the permission to trace the process.
 * Without this permission, uses the inode number of `net/dev`, which is different in each namespace.
 */
export class NetworkNamespaces {
  readonly #proc: KernelTree;
  readonly #hasLinks: boolean;

  constructor(proc: KernelTree) {
    this.#proc = proc;
    this.#hasLinks = this.#link(HOST_PID) !== undefined;
  }

  /** Returns an identifier of the namespace of a process; `undefined` if the process is not visible. */
  of(pid: number): string | undefined {
    if (this.#hasLinks) return this.#link(pid);
    return this.#proc.stat(`${pid}/net/dev`)?.inode.toString();
  }

  /** Returns the identifier of the host's namespace; `undefined` if it is not visible. */
  ofHost(): string | undefined {
    return this.of(HOST_PID);
  }

  #link(pid: number): string | undefined {
    return this.#proc.readlink(`${pid}/ns/net`, { ignoreErrno: PERMISSION_ERRNOS });
  }
}
