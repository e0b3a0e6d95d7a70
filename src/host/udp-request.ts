import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { codeOf } from '../util/errors.ts';
import { ReadError } from './errors.ts';

export interface UdpRequest {
  readonly address: string;
  readonly port: number;
  /** How many networks it may cross. */
  readonly ttl: number;
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  readonly packet: Buffer;
}

/**
 * Sends one packet and brings the first that comes back from there.
 *
 * @param onSent is called when the packet goes out
 * @throws {ReadError} when nothing comes back in time, or nobody listens
 */
export async function sendUdpRequest(
  { address, port, ttl, timeout, packet }: UdpRequest,
  onSent: () => void,
): Promise<Buffer> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const fail = (code: string | undefined, reason: string): void => {
    reject(new ReadError(`Cannot ask ${address} port ${port}: ${reason}`, { code }));
  };
  const timer = setTimeout(() => fail('ETIMEDOUT', `no answer within ${Math.round(timeout)} ms`), timeout);
  socket.on('error', (error) => {
    const code = codeOf(error);
    fail(code, code ?? error.message);
  });
  socket.once('message', resolve);
  // Of a connected socket the kernel hands over what comes from there alone, and says when nobody listens.
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
