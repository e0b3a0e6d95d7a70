import { createSocket } from 'node:dgram';

/** Fields of an NTP reply. Times are Unix times in seconds. The default values are those of a synchronized server. */
export interface NtpReplyFields {
  readonly leap?: number;
  readonly mode?: number;
  readonly stratum?: number;
  readonly rootDelay?: number;
  readonly rootDispersion?: number;
  readonly reference?: number;
  readonly receive: number;
  readonly transmit: number;
  readonly origin?: bigint;
}

/** Seconds between the epochs of NTP (1900) and Unix (1970). */
const NTP_TO_UNIX_EPOCH_SECONDS = 2_208_988_800;

function toNtpTime(unixTime: number): bigint {
  const seconds = Math.floor(unixTime) + NTP_TO_UNIX_EPOCH_SECONDS;
  return (BigInt(seconds) << 32n) | BigInt(Math.round((unixTime % 1) * 2 ** 32));
}

/** https://www.rfc-editor.org/rfc/rfc5905#section-7.3 */
export function encodeNtpReply(fields: NtpReplyFields, request: Buffer): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = ((fields.leap ?? 0) << 6) | (4 << 3) | (fields.mode ?? 4);
  packet[1] = fields.stratum ?? 2;
  packet.writeUInt32BE((fields.rootDelay ?? 0.25) * 65_536, 4);
  packet.writeUInt32BE((fields.rootDispersion ?? 0.5) * 65_536, 8);
  packet.writeBigUInt64BE(fields.reference === 0 ? 0n : toNtpTime(fields.reference ?? fields.transmit - 100), 16);
  packet.writeBigUInt64BE(fields.origin ?? request.readBigUInt64BE(40), 24);
  packet.writeBigUInt64BE(toNtpTime(fields.receive), 32);
  packet.writeBigUInt64BE(toNtpTime(fields.transmit), 40);
  return packet;
}

/** Starts an NTP server on the loopback interface. It replies to each request. */
export async function startNtpServer(
  reply: (request: Buffer) => Buffer,
): Promise<AsyncDisposable & { readonly port: number }> {
  const socket = createSocket('udp4');
  socket.on('message', (request, { port, address }) => socket.send(reply(request), port, address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
