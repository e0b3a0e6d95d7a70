import { randomBytes } from 'node:crypto';
import { encodeNtpRequest, fromUnixTime, type NtpReply, parseNtpReply, toSeconds } from '../../formats/ntp-packet.ts';
import type { Host } from '../../host/host.ts';

/** The default timeout of ntpdate(8). */
const TIMEOUT_MS = 1000;

export interface NtpServerAddress {
  readonly address: string;
  readonly port: number;
  /** NTP version of the request. */
  readonly version: number;
  readonly ttl: number;
}

/** Comparison of the clocks of the NTP server and of this host; all values are in seconds. */
export interface ClockComparison {
  readonly roundTrip: number;
  /** The offset is positive if the clock of the server is ahead. */
  readonly offset: number;
  /**
   * Lower bound of the difference between the clocks. The bound is valid for every division of the round-trip time into
   * the time of the request and the time of the reply.
   */
  readonly minError: number;
}

export interface NtpQuery {
  readonly reply: NtpReply;
  readonly times: ClockComparison;
}

/**
 * Sends one request to an NTP server and compares the clocks.
 *
 * @throws {ReadError} when no reply arrives within a second
 * @throws {SyntaxError} when the reply is not valid
 */
export async function queryServer(host: Host, { address, port, version, ttl }: NtpServerAddress): Promise<NtpQuery> {
  const nonce = randomBytes(8).readBigUInt64BE();
  const clock = host.startClock();
  let sentAt = 0n;
  const packet = await host.sendUdpRequest(
    { address, port, ttl, timeout: TIMEOUT_MS, packet: encodeNtpRequest(version, nonce) },
    () => {
      sentAt = fromUnixTime(clock());
    },
  );
  const receivedAt = fromUnixTime(clock());
  const reply = parseNtpReply(packet, nonce);
  return { reply, times: compareClocks(reply, sentAt, receivedAt) };
}

/** https://www.rfc-editor.org/rfc/rfc5905#section-8 */
function compareClocks({ receiveTime, transmitTime }: NtpReply, sentAt: bigint, receivedAt: bigint): ClockComparison {
  const outbound = BigInt.asIntN(64, receiveTime - sentAt);
  const inbound = BigInt.asIntN(64, transmitTime - receivedAt);
  const roundTrip = outbound - inbound;
  return {
    roundTrip: roundTrip < 0n ? 0 : toSeconds(roundTrip),
    offset: toSeconds(outbound + (inbound - outbound) / 2n),
    minError: Math.max(0, toSeconds(-outbound), toSeconds(inbound)),
  };
}
