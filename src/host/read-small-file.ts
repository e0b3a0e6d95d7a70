import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf } from '../util/errors.ts';
import { OPEN_FLAGS } from './read-sync.ts';

/** Default maximum time to wait for the writer of a pipe, such as the shell's `<(command)`. */
const PIPE_TIMEOUT_MS = 5000;
const POLL_MS = 10;

/**
 * Returns the bytes of a file that the configuration names. Reads a pipe until its writer closes it.
 *
 * @throws {RangeError} if the file is larger than `limit` bytes, or the writer of a pipe sends no data in time
 * @throws {Error} of open(2) or read(2)
 */
export function readSmallFile(path: string, limit: number, pipeTimeoutMs = PIPE_TIMEOUT_MS): Buffer {
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    const isPipe = fstatSync(descriptor).isFIFO();
    const buffer = Buffer.alloc(limit + 1);
    const deadline = performance.now() + pipeTimeoutMs;
    let length = 0;
    while (length <= limit) {
      const read = readAvailable(descriptor, buffer, length);
      // Before the writer of a FIFO opens the FIFO, a read returns 0 bytes.
      if (read === 0 && !(isPipe && length === 0)) return buffer.subarray(0, length);
      if (read > 0) length += read;
      else if (performance.now() > deadline) throw new RangeError(`no data within ${pipeTimeoutMs} ms`);
      else sleepSync(POLL_MS);
    }
    throw new RangeError(`larger than ${limit} bytes`);
  } finally {
    closeSync(descriptor);
  }
}

/** Returns the number of bytes that were read; -1 if the writer of a pipe has not sent any. */
function readAvailable(descriptor: number, buffer: Buffer, offset: number): number {
  try {
    return readSync(descriptor, buffer, offset, buffer.length - offset, null);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return -1;
    throw error;
  }
}

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
