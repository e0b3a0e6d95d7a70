import { statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { codeOf } from '../util/errors.ts';

/**
 * Removes a Unix socket on which no process listens. A process that was killed leaves its socket, and a second process cannot
 * listen on it. Files of other kinds remain.
 *
 * @throws {Error} if the socket cannot be removed
 */
export async function removeStaleSocket(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() !== true || !(await isRefused(path))) return;
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ERR_ACCESS_DENIED') throw error;
    throw new Error(`cannot remove the old socket without the option --allow-fs-write=${path} of Node.js`);
  }
}

/** Returns whether a connection to a Unix socket is refused because no process listens on it. */
function isRefused(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(false));
  socket.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'));
  return promise.finally(() => socket.destroy());
}
