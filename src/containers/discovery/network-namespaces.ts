import { type KernelTree, PERMISSION_ERRNOS } from '../../host/host.ts';

const HOST_PID = 1;

/**
 * Identifies the network namespaces of processes. The link `ns/net` is readable only with permission to trace the process.
 * Without that permission, the inode of `net/dev` identifies the namespace, because it differs between namespaces.
 */
export class NetworkNamespaces {
  readonly #proc: KernelTree;
  readonly #hasLinks: boolean;

  constructor(proc: KernelTree) {
    this.#proc = proc;
    this.#hasLinks = this.#link(HOST_PID) !== undefined;
  }

  /** Returns an identifier that is equal for all processes of one namespace; `undefined` if the process is not visible. */
  of(pid: number): string | undefined {
    if (this.#hasLinks) return this.#link(pid);
    return this.#proc.stat(`${pid}/net/dev`)?.inode.toString();
  }

  /** Returns the namespace of the host. */
  ofHost(): string | undefined {
    return this.of(HOST_PID);
  }

  #link(pid: number): string | undefined {
    return this.#proc.readlink(`${pid}/ns/net`, { ignoreErrno: PERMISSION_ERRNOS });
  }
}
