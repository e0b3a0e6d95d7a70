import { ReadError } from './errors.ts';
import { memoryLimit } from './process-limits.ts';

const MEBIBYTE = 1024 * 1024;
/** A list of 10,000 containers with 2 KiB of labels each takes 20 MB. */
const MAX_BODY_BYTES = 32 * MEBIBYTE;
/** Share of the memory of the process that a body may use. The body, its text and its values are in memory at the same time. */
const MEMORY_SHARE = 1 / 16;
const FIRST_BYTES = 64 * 1024;

/**
 * Reads the whole body of a response. The chunks are copied into one buffer: a body of chunks of one byte would otherwise take
 * a hundred times its size.
 *
 * @param socket path of the socket from which the response comes, for the error message
 * @throws {ReadError} if the body is larger than 32 MiB or a sixteenth of the memory of the process
 */
export async function readBody(socket: string, stream: AsyncIterable<unknown>): Promise<Buffer> {
  const limit = Math.floor(Math.min(MAX_BODY_BYTES, memoryLimit() * MEMORY_SHARE));
  let body = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (length + chunk.length > limit) {
      throw new ReadError(`Cannot read ${socket}: response larger than ${limit} bytes`, {});
    }
    if (length + chunk.length > body.length) body = grow(body, length + chunk.length);
    chunk.copy(body, length);
    length += chunk.length;
  }
  return body.subarray(0, length);
}

function grow(buffer: Buffer, minimum: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(minimum, buffer.length * 2));
  buffer.copy(larger);
  return larger;
}
