import { createSocket } from 'node:dgram';

/** What a server says; times in seconds since 1970, and all of it by default the truth of one that is well. */
export interface NtpServer {
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

const EPOCH = 2_208_988_800;

function time(unixTime: number): bigint {
  return (BigInt(Math.floor(unixTime) + EPOCH) << 32n) | BigInt(Math.round((unixTime % 1) * 2 ** 32));
}

export function encodeNtpReply(server: NtpServer, request: Buffer): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = ((server.leap ?? 0) << 6) | (4 << 3) | (server.mode ?? 4);
  packet[1] = server.stratum ?? 2;
  packet.writeUInt32BE((server.rootDelay ?? 0.25) * 65_536, 4);
  packet.writeUInt32BE((server.rootDispersion ?? 0.5) * 65_536, 8);
  packet.writeBigUInt64BE(server.reference === 0 ? 0n : time(server.reference ?? server.transmit - 100), 16);
  packet.writeBigUInt64BE(server.origin ?? request.readBigUInt64BE(40), 24);
  packet.writeBigUInt64BE(time(server.receive), 32);
  packet.writeBigUInt64BE(time(server.transmit), 40);
  return packet;
}

/** A server on the loopback that answers every request. */
export async function startNtpServer(
  answer: (request: Buffer) => Buffer,
): Promise<AsyncDisposable & { readonly port: number }> {
  const socket = createSocket('udp4');
  socket.on('message', (request, { port, address }) => socket.send(answer(request), port, address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
