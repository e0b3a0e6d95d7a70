import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { codeOf } from '../util/errors.ts';
import { ReadError } from './errors.ts';
import { strerror } from './strerror.ts';

export interface UdpRequest {
  readonly address: string;
  readonly port: number;
  /** Time to live of the packet, in hops. */
  readonly ttl: number;
  /** Milliseconds to wait for the response. */
  readonly timeout: number;
  readonly packet: Buffer;
}

/**
 * Sends one packet and returns the first packet that comes back from the address.
 *
 * @param onSent called when the packet is sent
 * @throws {ReadError} if no packet comes back in time, or no program listens at the address
 */
export async function sendUdpRequest(
  { address, port, ttl, timeout, packet }: UdpRequest,
  onSent: () => void,
): Promise<Buffer> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const fail = (code: string | undefined, reason: string): void => {
    reject(new ReadError(`Cannot query ${address} port ${port}: ${reason}`, { code }));
  };
  const timer = setTimeout(() => fail('ETIMEDOUT', `no answer within ${Math.round(timeout)} ms`), timeout);
  socket.on('error', (error) => fail(codeOf(error), strerror(error)));
  socket.once('message', resolve);
  // A connected socket receives packets from its peer only, and reports ECONNREFUSED.
  socket.once('connect', () => {
    socket.setTTL(ttl);
    onSent();
    socket.send(packet);
  });
  socket.connect(port, address);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
