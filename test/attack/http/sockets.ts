import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opens a connection that the signal closes. The socket reads nothing until a listener for data is added. */
export async function openSocket({ hostname, port }: URL, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port) });
  // The exporter may close the connection at any time.
  socket.on('error', () => undefined);
  const close = (): void => void socket.destroy();
  signal.addEventListener('abort', close);
  socket.once('close', () => signal.removeEventListener('abort', close));
  await Promise.race([once(socket, 'connect'), closed(socket)]);
  return socket;
}

export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}

export function requestText(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
}
