import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { defineCollector } from '../collection/collector.ts';
import { duration, integer, text, toggle } from '../flags/flag.ts';
import {
  encodeNtpRequest,
  fromUnixTime,
  type NtpReply,
  parseNtpReply,
  toSeconds,
  toUnixTime,
} from '../formats/ntp-packet.ts';
import type { Host } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';

const stratum = gauge('node_ntp_stratum', 'How many servers the time went through: 1 of a clock, 2 of its clients.');
const leap = gauge('node_ntp_leap', 'Leap second at midnight: 0 none, 1 added, 2 left out, 3 not in sync.');
const roundTrip = gauge('node_ntp_rtt_seconds', 'How long the server took to answer.');
const offset = gauge('node_ntp_offset_seconds', 'How far the clock of the server is ahead of ours.');
const referenceTime = gauge('node_ntp_reference_timestamp_seconds', 'When the server was set or corrected last.');
const rootDelay = gauge('node_ntp_root_delay_seconds', 'How long an answer takes from the clock at the root.');
const rootDispersion = gauge('node_ntp_root_dispersion_seconds', 'How far the server may be off from that clock.');
const sanity = gauge('node_ntp_sanity', 'Whether the server can be trusted, by the rules of RFC 5905 and our limits.');

/** What ntpdate waits. */
const TIMEOUT_MS = 1000;

/** RFC 5905 wants servers that asked theirs within a day and a half, and are not off by more than this. */
const OLDEST_REFERENCE = 2 ** 17;
const LARGEST_DISTANCE = 16;
const STRATUM_LIMIT = 16;
const NOT_IN_SYNC = 3;
const DAY = 86_400;

/** https://www.rfc-editor.org/rfc/rfc5905 */
export const ntp = defineCollector({
  name: 'ntp',
  help: 'The time server of this machine, asked with SNTP',
  enabled: false,
  flags: {
    server: text('Address of the server; one of this machine unless server-is-local.', 'ADDRESS', '127.0.0.1'),
    'server-port': integer('UDP port of the server.', 123, { min: 1, max: 65_535 }),
    'protocol-version': integer('Version of NTP to speak.', 4, { min: 2, max: 4 }),
    'server-is-local': toggle('Accept a server that has no address of this machine: it is not a public one.'),
    'ip-ttl': integer('How many networks the request may cross.', 1, { min: 1, max: 255 }),
    'max-distance': duration('How far the server may be from its clock to be trusted.', 3.46608, { min: 0, max: 3600 }),
    'local-offset-tolerance': duration('How far the server may be from our clock to be trusted.', 0.001, {
      min: 0,
      max: 3600,
    }),
  },
  create(options) {
    if (!options['server-is-local'] && !isLoopback(options.server)) {
      throw new Error(
        'Cannot use --collector.ntp.server without --collector.ntp.server-is-local for an address other than a loopback',
      );
    }
    const limits = { distance: options['max-distance'], error: options['local-offset-tolerance'] };
    // Kept, for servers say so before the leap second only, and may smear it over the day after.
    let leapMidnight = Number.NEGATIVE_INFINITY;
    return {
      families: [stratum, leap, roundTrip, offset, referenceTime, rootDelay, rootDispersion, sanity],
      async collect(host, emit) {
        const { reply, sentAt, receivedAt } = await ask(host, options);
        const times = compare(reply, sentAt, receivedAt);
        const time = toUnixTime(reply.transmitTime);
        if (reply.leap === 1 || reply.leap === 2) leapMidnight = (Math.floor(time / DAY) + 1) * DAY;
        const smear = Math.abs(time - leapMidnight) < DAY ? 1 : 0;
        emit(stratum, reply.stratum);
        emit(leap, reply.leap);
        emit(roundTrip, times.roundTrip);
        emit(offset, times.offset);
        emit(referenceTime, reply.referenceTime === 0n ? 0 : toUnixTime(reply.referenceTime));
        emit(rootDelay, reply.rootDelay);
        emit(rootDispersion, reply.rootDispersion);
        emit(sanity, isSane(reply, times, { ...limits, error: limits.error + smear }) ? 1 : 0);
      },
    };
  },
});

function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && (/^127\./.test(address) || address === '::1');
}

interface Server {
  readonly server: string;
  readonly 'server-port': number;
  readonly 'protocol-version': number;
  readonly 'ip-ttl': number;
}

interface Answer {
  readonly reply: NtpReply;
  readonly sentAt: bigint;
  readonly receivedAt: bigint;
}

async function ask(host: Host, options: Server): Promise<Answer> {
  const nonce = randomBytes(8).readBigUInt64BE();
  const clock = host.startClock();
  let sentAt = 0n;
  const packet = await host.sendUdpRequest(
    {
      address: options.server,
      port: options['server-port'],
      ttl: options['ip-ttl'],
      timeout: TIMEOUT_MS,
      packet: encodeNtpRequest(options['protocol-version'], nonce),
    },
    () => {
      sentAt = fromUnixTime(clock());
    },
  );
  return { receivedAt: fromUnixTime(clock()), sentAt, reply: parseNtpReply(packet, nonce) };
}

interface Times {
  readonly roundTrip: number;
  readonly offset: number;
  /** How far the clocks are apart at least, whatever the way of the packets took. */
  readonly leastError: number;
}

function compare({ receiveTime, transmitTime }: NtpReply, sentAt: bigint, receivedAt: bigint): Times {
  const there = BigInt.asIntN(64, receiveTime - sentAt);
  const back = BigInt.asIntN(64, transmitTime - receivedAt);
  const roundTrip = there - back;
  return {
    roundTrip: roundTrip < 0n ? 0 : toSeconds(roundTrip),
    offset: toSeconds(there + (back - there) / 2n),
    leastError: Math.max(0, toSeconds(-there), toSeconds(back)),
  };
}

interface Limits {
  readonly distance: number;
  readonly error: number;
}

function isSane(reply: NtpReply, { roundTrip, leastError }: Times, limits: Limits): boolean {
  const age = toUnixTime(reply.transmitTime) - toUnixTime(reply.referenceTime);
  return (
    reply.stratum > 0 &&
    reply.stratum < STRATUM_LIMIT &&
    reply.leap !== NOT_IN_SYNC &&
    age >= 0 &&
    age <= OLDEST_REFERENCE &&
    reply.rootDelay / 2 + reply.rootDispersion <= LARGEST_DISTANCE &&
    (roundTrip + reply.rootDelay) / 2 + reply.rootDispersion <= limits.distance &&
    leastError <= limits.error
  );
}
