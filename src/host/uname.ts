import { hostname, release, type, version } from 'node:os';

/** Names that uname(2) returns to this process. */
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
