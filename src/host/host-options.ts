import type { OnLimit } from '../util/limit-counter.ts';
import type { ClockState } from './adjtimex.ts';
import type { CallPool } from './call-pool.ts';
import type { InterfaceAddress } from './interface-addresses.ts';
import type { StatfsCalls } from './statfs.ts';
import type { TimeZone } from './time-zone.ts';
import type { Uname } from './uname.ts';

export interface HostOptions {
  /** The mount point of procfs, or a directory with a copy of its files. */
  readonly procfs: string;
  /** The mount point of sysfs, or a directory with a copy of its files. */
  readonly sysfs: string;
  /** The directory in which the root file system of the host is mounted: `/`, or `/host` in a container. */
  readonly rootfs: string;
  readonly udevData: string;
  /** The configured name of the host; `undefined` to use the result of {@link readHostname}. */
  readonly hostname: string | undefined;
  /** The time zone of this process. */
  readonly timeZone: TimeZone;
  /** Maximum number of containers that a list contains. Default: no maximum. */
  readonly maxContainers?: number;
  /** Called when a limit on what this process reads from the host is exceeded. Default: nothing. */
  readonly onLimit?: OnLimit;

  // Tests replace parts of the real host with the options below.

  /** The directory of this process in procfs. Default: `/proc/self`. */
  readonly self?: string;
  /** Returns Unix time in seconds. */
  readonly now?: () => number;
  /** Returns the reading of a monotonic clock in seconds. */
  readonly elapsed?: () => number;
  /** The hardware name of uname(2): `x86_64`. */
  readonly machine?: string;
  readonly uname?: Uname;
  readonly statfs?: StatfsCalls;
  /** Size of a memory page in bytes. */
  readonly pageSize?: number;
  readonly addresses?: () => readonly InterfaceAddress[];
  /** Maximum time in milliseconds for the response of another program on the host. */
  readonly socketTimeoutMs?: number;
  /** Time in milliseconds after which a call counts as stuck; see {@link CallPool}. */
  readonly stuckAfterMs?: number;
  readonly loadAdjtimex?: () => Promise<() => ClockState>;
}

/** The directory of this process in the procfs at `/proc`, even if the collectors read another procfs. */
export const SELF = '/proc/self';
