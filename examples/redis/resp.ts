/** Redis' own protocol, as far as the commands go that answer with a text. */
import { createConnection } from 'node:net';

/** No answer to INFO is a hundredth of this. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Asks a Redis over a connection of its own.
 *
 * @param address `redis://host:port`
 * @returns the replies, one for each command
 * @throws {Error} when nobody listens, when not all replies are there in time, and for a reply that is an error
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export async function ask(
  { hostname, port }: URL,
  commands: readonly (readonly string[])[],
  milliseconds: number,
): Promise<readonly string[]> {
  // The brackets of [::1] belong to the URL.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = createConnection({ host, port: Number(port || 6379) });
  const timer = setTimeout(() => socket.destroy(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  socket.once('close', () => clearTimeout(timer));
  socket.write(commands.map(encode).join(''));
  let received = Buffer.alloc(0);
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes]);
    const replies = [...decode(received)];
    // To leave the loop is to close the connection.
    if (replies.length === commands.length) return replies;
    if (received.length > MOST_BYTES) throw new RangeError(`Cannot use an answer of more than ${MOST_BYTES} bytes`);
  }
  throw new Error('Cannot read the answer: Redis closed the connection');
}

/** A command is a list of texts, each with its length in bytes. */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The replies that are there as a whole. */
function* decode(bytes: Buffer): Generator<string> {
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return;
    const [type = '', head = ''] = /^(.)(.*)$/s.exec(bytes.toString('utf8', at, end))?.slice(1) ?? [];
    at = end + 2;
    if (type === '+') yield head;
    else if (type === '$') {
      const start = at;
      at = start + Number(head) + 2;
      if (!(at <= bytes.length)) return;
      yield bytes.toString('utf8', start, at - 2);
    } else throw new Error(`Redis answers ${JSON.stringify(type === '-' ? head : type + head)}`);
  }
}
