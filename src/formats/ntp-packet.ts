/**
 * The packets of NTP. Times are in 2^-32 seconds since 1900, as on the wire: their differences lose nothing.
 * https://www.rfc-editor.org/rfc/rfc5905#section-7.3
 */
export interface NtpReply {
  /** 0 none, 1 a second is added at midnight, 2 one is left out, 3 not in sync. */
  readonly leap: number;
  readonly stratum: number;
  /** In seconds, as all durations. */
  readonly rootDelay: number;
  readonly rootDispersion: number;
  readonly referenceTime: bigint;
  readonly receiveTime: bigint;
  readonly transmitTime: bigint;
}

const BYTES = 48;
const MODE_CLIENT = 3;
const MODE_SERVER = 4;
/** The precision of our clock does not matter to a server. */
const PRECISION = 0x20;

const OFFSET = {
  stratum: 1,
  precision: 3,
  rootDelay: 4,
  rootDispersion: 8,
  reference: 16,
  origin: 24,
  receive: 32,
  transmit: 40,
} as const;

/** @param nonce what the reply has to repeat; the server need not know our time */
export function encodeNtpRequest(version: number, nonce: bigint): Buffer {
  const packet = Buffer.alloc(BYTES);
  packet[0] = (version << 3) | MODE_CLIENT;
  packet[OFFSET.precision] = PRECISION;
  packet.writeBigUInt64BE(nonce, OFFSET.transmit);
  return packet;
}

export function parseNtpReply(packet: Buffer, nonce: bigint): NtpReply {
  if (packet.length < BYTES) throw new SyntaxError(`expected ${BYTES} bytes, got ${packet.length}`);
  const [first = 0] = packet;
  const transmitTime = packet.readBigUInt64BE(OFFSET.transmit);
  const receiveTime = packet.readBigUInt64BE(OFFSET.receive);
  if ((first & 7) !== MODE_SERVER) throw new SyntaxError(`expected the mode of a server, got mode ${first & 7}`);
  if (packet.readBigUInt64BE(OFFSET.origin) !== nonce) throw new SyntaxError('expected a reply to our request');
  if (transmitTime === 0n) throw new SyntaxError('expected a time of transmission');
  if (receiveTime > transmitTime) throw new SyntaxError('expected a time of transmission after that of receipt');
  return {
    leap: first >> 6,
    stratum: packet.readUInt8(OFFSET.stratum),
    rootDelay: seconds(BigInt(packet.readUInt32BE(OFFSET.rootDelay)) << 16n),
    rootDispersion: seconds(BigInt(packet.readUInt32BE(OFFSET.rootDispersion)) << 16n),
    referenceTime: packet.readBigUInt64BE(OFFSET.reference),
    receiveTime,
    transmitTime,
  };
}

const NANOSECONDS = 1_000_000_000n;

function nanoseconds(difference: bigint): bigint {
  return (difference * NANOSECONDS + (1n << 31n)) >> 32n;
}

/** A difference of times in seconds, rounded to whole nanoseconds. */
export function seconds(difference: bigint): number {
  if (difference < 0n) return -seconds(-difference);
  const rounded = nanoseconds(difference);
  return Number(rounded / NANOSECONDS) + Number(rounded % NANOSECONDS) / 1e9;
}

/** Seconds between 1900 and 1970. */
const UNIX_EPOCH = 2_208_988_800n;
/** In 2036 the seconds begin at 0 again. */
const ERA = 1n << 32n;

/** In seconds since 1970. A time before 1970 is one of the next era. */
export function toUnixTime(time: bigint): number {
  const era = time >> 32n < UNIX_EPOCH ? ERA : 0n;
  return Number(nanoseconds(time) + (era - UNIX_EPOCH) * NANOSECONDS) / 1e9;
}

/** @param unixTime in seconds since 1970 */
export function fromUnixTime(unixTime: number): bigint {
  const whole = Math.floor(unixTime);
  const fraction = BigInt(Math.round((unixTime - whole) * 1e9));
  return BigInt.asUintN(64, ((BigInt(whole) + UNIX_EPOCH) << 32n) + (fraction << 32n) / NANOSECONDS);
}
