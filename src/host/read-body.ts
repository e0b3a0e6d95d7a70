import { ReadError } from './errors.ts';

/** Maximum size of a body. A list of 10,000 containers with 2 KiB of labels each takes 20 MB. */
const BODY_LIMIT = 32 * 1024 * 1024;

/**
 * Reads the whole body of a response.
 *
 * @param socket path of the socket from which the response comes, for the error message
 * @throws {ReadError} if the body is larger than 32 MiB
 */
export async function readBody(socket: string, stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > BODY_LIMIT) {
      throw new ReadError(`Cannot read ${socket}: response larger than ${BODY_LIMIT} bytes`, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
