import { parseNetDev } from './net-dev.ts';

/** What an interface has received or transmitted. */
export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

export interface InterfaceTraffic {
  readonly name: string;
  readonly received: Traffic;
  readonly transmitted: Traffic;
}

/**
 * The traffic in `/proc/<pid>/net/dev`, whose lines {@link parseNetDev} tells.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseInterfaces(text: string): readonly InterfaceTraffic[] {
  return parseNetDev(text).map(({ device, counts }) => ({
    name: device,
    received: trafficIn(counts, 0),
    transmitted: trafficIn(counts, DIRECTION),
  }));
}

/** So many of the counts are of what was received, and as many of what was transmitted. */
const DIRECTION = 8;

function trafficIn(counts: readonly number[], first: number): Traffic {
  return {
    bytes: counts[first] ?? 0,
    packets: counts[first + 1] ?? 0,
    errors: counts[first + 2] ?? 0,
    dropped: counts[first + 3] ?? 0,
  };
}
