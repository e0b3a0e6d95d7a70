import { isIP } from 'node:net';
import { defineCollector } from '../../collection/collector.ts';
import { duration, integer, text, toggle } from '../../flags/flag.ts';
import { toUnixTime } from '../../formats/ntp-packet.ts';
import { gauge } from '../../metrics/metric.ts';
import { queryServer } from './query.ts';
import { createSmearDetector, isSane } from './sanity.ts';

const stratum = gauge(
  'node_ntp_stratum',
  'Stratum of the NTP server: 1 with its own reference clock, 2 for a client of such a server, and so on.',
);
const leap = gauge(
  'node_ntp_leap',
  'Leap indicator of the NTP server: 0 no leap second, 1 second added, 2 second removed, 3 not synchronized.',
);
const roundTrip = gauge('node_ntp_rtt_seconds', 'Round-trip time of the request to the NTP server, in seconds.');
const offset = gauge(
  'node_ntp_offset_seconds',
  'Time by which the clock of the NTP server is ahead of the clock of this host, in seconds.',
);
const referenceTime = gauge(
  'node_ntp_reference_timestamp_seconds',
  'Unix time in seconds at which the NTP server last set or corrected its clock; 0 if it never did.',
);
const rootDelay = gauge(
  'node_ntp_root_delay_seconds',
  'Round-trip time from the NTP server to its reference clock, in seconds.',
);
const rootDispersion = gauge(
  'node_ntp_root_dispersion_seconds',
  "Maximum error of the NTP server's clock relative to its reference clock, in seconds.",
);
const sanity = gauge(
  'node_ntp_sanity',
  'Whether the NTP server passes the checks of RFC 5905 and the configured limits: 1 if it does, 0 if not.',
);

/** https://www.rfc-editor.org/rfc/rfc5905 */
export const ntp = defineCollector({
  name: 'ntp',
  help: 'State of the NTP server of this host, queried with SNTP',
  enabled: false,
  flags: {
    server: text(
      'Address of the NTP server; must be a loopback address unless server-is-local is set.',
      'ADDRESS',
      '127.0.0.1',
    ),
    'server-port': integer('UDP port of the NTP server.', 123, { min: 1, max: 65_535 }),
    'protocol-version': integer('NTP version of the requests.', 4, { min: 2, max: 4 }),
    'server-is-local': toggle(
      'Accept an NTP server without a loopback address. Do not use this flag with a public server.',
    ),
    'ip-ttl': integer('Time to live (TTL) of the request packets.', 1, { min: 1, max: 255 }),
    'max-distance': duration(
      'Limit for the maximum error of the NTP server relative to its reference clock (root distance); above it, node_ntp_sanity is 0.',
      3.46608,
      {
        min: 0,
        max: 3600,
      },
    ),
    'local-offset-tolerance': duration(
      'Limit for the offset between the clocks of the NTP server and of the host; above it, node_ntp_sanity is 0.',
      0.001,
      {
        min: 0,
        max: 3600,
      },
    ),
  },
  create(options) {
    if (!options['server-is-local'] && !isLoopback(options.server)) {
      throw new Error(
        'Cannot use --collector.ntp.server without --collector.ntp.server-is-local for an address other than a loopback',
      );
    }
    const server = {
      address: options.server,
      port: options['server-port'],
      version: options['protocol-version'],
      ttl: options['ip-ttl'],
    };
    const isSmeared = createSmearDetector();
    return {
      families: [stratum, leap, roundTrip, offset, referenceTime, rootDelay, rootDispersion, sanity],
      async collect(host, emit) {
        const { reply, times } = await queryServer(host, server);
        const tolerance = options['local-offset-tolerance'] + (isSmeared(reply) ? 1 : 0);
        emit(stratum, reply.stratum);
        emit(leap, reply.leap);
        emit(roundTrip, times.roundTrip);
        emit(offset, times.offset);
        emit(referenceTime, reply.referenceTime === 0n ? 0 : toUnixTime(reply.referenceTime));
        emit(rootDelay, reply.rootDelay);
        emit(rootDispersion, reply.rootDispersion);
        emit(sanity, isSane(reply, times, { distance: options['max-distance'], offset: tolerance }) ? 1 : 0);
      },
    };
  },
});

function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && (/^127\./.test(address) || address === '::1');
}
