import { Socket } from 'node:net';

/**
 * Returns the TCP or Unix socket below a TLS socket; any other socket unchanged. Node.js has no documented property for this
 * socket. A test checks that the property that is used here exists.
 */
export function rawSocketOf(socket: Socket): Socket {
  const parent: unknown = 'encrypted' in socket ? Reflect.get(socket, '_parent') : undefined;
  return parent instanceof Socket ? parent : socket;
}

/**
 * Closes a connection at once. A reset also frees the data in the send buffer of the kernel, which the client may never
 * read.
 */
export function closeAtOnce(socket: Socket): void {
  const raw = rawSocketOf(socket);
  // Only TCP has resets. The address of a Unix socket is undefined.
  if (raw.remoteAddress === undefined) raw.destroy();
  else raw.resetAndDestroy();
}
