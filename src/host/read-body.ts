import { ReadError } from './errors.ts';

/** A list of 10,000 containers with 2 KiB of labels each; whatever is larger is not what was asked for. */
const ANSWER_LIMIT = 32 * 1024 * 1024;

/**
 * All that another program answers.
 *
 * @param socket the path of its socket
 * @throws {ReadError} when it is too much
 */
export async function readAnswer(socket: string, stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > ANSWER_LIMIT) {
      throw new ReadError(`Cannot read ${socket}: the answer is larger than ${ANSWER_LIMIT} bytes`, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
