import type { ClockState } from './adjtimex.ts';
import type { InterfaceAddress } from './interface-addresses.ts';
import type { StatfsCalls } from './statfs.ts';
import type { TimeZone } from './time-zone.ts';

export interface HostOptions {
  /** The mount point of procfs, or a directory with a copy of its files. */
  readonly procfs: string;
  /** As {@link HostOptions.procfs}, for sysfs. */
  readonly sysfs: string;
  /** The directory in which the root file system of the host is mounted: `/`, or `/host` in a container. */
  readonly rootfs: string;
  readonly udevData: string;
  /** The name of the host from the configuration; by default {@link readHostname} finds the name. */
  readonly hostname: string | undefined;
  /** The zone of this process. */
  readonly timeZone: TimeZone;

  // The options below replace a part of the real host in tests.

  /** The directory of this process in its own procfs: `/proc/self`. */
  readonly self?: string;
  /** Returns Unix time in seconds. */
  readonly now?: () => number;
  /** Returns seconds of a clock that is never set. */
  readonly elapsed?: () => number;
  /** The hardware name of uname(2): `x86_64`. */
  readonly machine?: string;
  readonly statfs?: StatfsCalls;
  /** Bytes of a memory page. */
  readonly pageSize?: number;
  readonly addresses?: () => readonly InterfaceAddress[];
  /** Milliseconds that another program on the host may take to respond. */
  readonly socketTimeoutMs?: number;
  readonly loadAdjtimex?: () => Promise<() => ClockState>;
}

/** This process in its own procfs, whatever procfs the collectors read. */
export const SELF = '/proc/self';
