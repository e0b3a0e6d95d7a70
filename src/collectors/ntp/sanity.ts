import { type NtpReply, toUnixTime } from '../../formats/ntp-packet.ts';
import type { ClockComparison } from './query.ts';

/** Values of the leap indicator. */
const LEAP = { secondAdded: 1, secondRemoved: 2, notSynchronized: 3 } as const;

/**
 * The limits MAXSTRAT, MAXDISP (in seconds) and 2^MAXPOLL (in seconds) of
 * https://www.rfc-editor.org/rfc/rfc5905#appendix-A.1.1
 */
const MAX_STRATUM = 16;
const MAX_DISTANCE = 16;
const MAX_REFERENCE_AGE = 2 ** 17;

const SECONDS_PER_DAY = 86_400;

/** Limits that a sane server does not exceed, in seconds; set by flags. */
export interface NtpLimits {
  /** Maximum distance from this host to the reference clock of the server. */
  readonly distance: number;
  /** Maximum offset between the clocks of the server and of this host. */
  readonly offset: number;
}

/** Returns whether the reply is plausible and comes from a synchronized server within the limits. */
export function isSane(reply: NtpReply, { roundTrip, minError }: ClockComparison, limits: NtpLimits): boolean {
  const referenceAge = toUnixTime(reply.transmitTime) - toUnixTime(reply.referenceTime);
  return (
    reply.stratum > 0 &&
    reply.stratum < MAX_STRATUM &&
    reply.leap !== LEAP.notSynchronized &&
    referenceAge >= 0 &&
    referenceAge <= MAX_REFERENCE_AGE &&
    reply.rootDelay / 2 + reply.rootDispersion <= MAX_DISTANCE &&
    (roundTrip + reply.rootDelay) / 2 + reply.rootDispersion <= limits.distance &&
    minError <= limits.offset
  );
}

/**
 * Returns a function that reports whether a server may be smearing a leap second, that is, spreading it over several
 * hours. The clock of such a server can be wrong by up to a second, from a day before the leap second to a day after
 * it. Servers announce a leap second only before it happens, so the function stores the time of the announced leap
 * second.
 */
export function createSmearDetector(): (reply: NtpReply) => boolean {
  let leapMidnight = Number.NEGATIVE_INFINITY;
  return ({ leap, transmitTime }) => {
    const now = toUnixTime(transmitTime);
    if (leap === LEAP.secondAdded || leap === LEAP.secondRemoved) {
      leapMidnight = (Math.floor(now / SECONDS_PER_DAY) + 1) * SECONDS_PER_DAY;
    }
    return Math.abs(now - leapMidnight) < SECONDS_PER_DAY;
  };
}
