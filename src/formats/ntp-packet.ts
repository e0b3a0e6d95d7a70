/**
 * Encodes requests and parses replies of the Network Time Protocol (NTP). A timestamp is the time since 1 January 1900 in
 * units of 2^-32 seconds, as in the packets. Therefore the differences between timestamps are exact.
 *
 * https://www.rfc-editor.org/rfc/rfc5905#section-7.3
 */
import { ByteReader } from '../util/byte-reader.ts';

export interface NtpReply {
  /** Leap indicator: 0 = none, 1 = a leap second will be inserted, 2 = a second will be deleted, 3 = not synchronized. */
  readonly leap: number;
  readonly stratum: number;
  /** Round-trip delay to the reference clock in seconds. */
  readonly rootDelay: number;
  /** Maximum error relative to the reference clock, in seconds. */
  readonly rootDispersion: number;
  readonly referenceTime: bigint;
  readonly receiveTime: bigint;
  readonly transmitTime: bigint;
}

const BYTES = 48;
const MODE_CLIENT = 3;
const MODE_SERVER = 4;
const PRECISION_OFFSET = 3;
/** Precision of the client's clock. Servers ignore this field. */
const PRECISION = 0x20;
const TRANSMIT_OFFSET = 40;
const REFERENCE_ID_BYTES = 4;

/** @param nonce a random number that is sent as the transmit time; the reply must return it as the origin time */
export function encodeNtpRequest(version: number, nonce: bigint): Buffer {
  const packet = Buffer.alloc(BYTES);
  packet[0] = (version << 3) | MODE_CLIENT;
  packet[PRECISION_OFFSET] = PRECISION;
  packet.writeBigUInt64BE(nonce, TRANSMIT_OFFSET);
  return packet;
}

/**
 * Parses the reply of a server.
 *
 * @param nonce the nonce of the request
 */
export function parseNtpReply(packet: Buffer, nonce: bigint): NtpReply {
  if (packet.length < BYTES) throw new SyntaxError(`expected ${BYTES} bytes, got ${packet.length}`);
  const reader = new ByteReader(packet);
  const first = reader.uint8();
  const stratum = reader.uint8();
  reader.skip(2);
  const rootDelay = readShortFormat(reader);
  const rootDispersion = readShortFormat(reader);
  reader.skip(REFERENCE_ID_BYTES);
  const referenceTime = reader.uint64();
  const originTime = reader.uint64();
  const receiveTime = reader.uint64();
  const transmitTime = reader.uint64();
  const mode = first & 7;
  if (mode !== MODE_SERVER) throw new SyntaxError(`expected the mode of a server, got mode ${mode}`);
  if (originTime !== nonce) throw new SyntaxError('expected the origin time of the request');
  if (transmitTime === 0n) throw new SyntaxError('expected a transmit time');
  if (receiveTime > transmitTime) throw new SyntaxError('expected a transmit time after the receive time');
  return { leap: first >> 6, stratum, rootDelay, rootDispersion, referenceTime, receiveTime, transmitTime };
}

/** Reads a duration in units of 2^-16 seconds, the short format of NTP. Returns seconds. */
function readShortFormat(reader: ByteReader): number {
  return toSeconds(BigInt(reader.uint32()) << 16n);
}

const NANOSECONDS = 1_000_000_000n;

function toNanoseconds(duration: bigint): bigint {
  return (duration * NANOSECONDS + (1n << 31n)) >> 32n;
}

/** Converts the difference of two timestamps to seconds, rounded to nanoseconds. */
export function toSeconds(difference: bigint): number {
  if (difference < 0n) return -toSeconds(-difference);
  const rounded = toNanoseconds(difference);
  return Number(rounded / NANOSECONDS) + Number(rounded % NANOSECONDS) / 1e9;
}

/** Seconds from 1 January 1900 to the Unix epoch. */
const UNIX_EPOCH = 2_208_988_800n;
/** Length of an NTP era in seconds. Timestamps start again at 0 in each era. The next era starts in 2036. */
const ERA = 1n << 32n;

/** Converts a timestamp to Unix time in seconds. A timestamp that would be before Unix time 0 belongs to the next era. */
export function toUnixTime(timestamp: bigint): number {
  const era = timestamp >> 32n < UNIX_EPOCH ? ERA : 0n;
  return Number(toNanoseconds(timestamp) + (era - UNIX_EPOCH) * NANOSECONDS) / 1e9;
}

/** Converts Unix time in seconds to a timestamp. */
export function fromUnixTime(unixTime: number): bigint {
  const whole = Math.floor(unixTime);
  const fraction = BigInt(Math.round((unixTime - whole) * 1e9));
  return BigInt.asUintN(64, ((BigInt(whole) + UNIX_EPOCH) << 32n) + (fraction << 32n) / NANOSECONDS);
}
