import { hostname, release, type, version } from 'node:os';

/** Names from uname(2), as this process sees them. */
export interface Uname {
  /** Name of the kernel: `Linux`. */
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  /** Name of the host. */
  readonly nodename: string;
}

export function readUname(): Uname {
  return { sysname: type(), release: release(), version: version(), nodename: hostname() };
}
