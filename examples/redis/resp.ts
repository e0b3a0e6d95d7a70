/** A client for the Redis serialization protocol (RESP). It supports the commands whose reply is a string. */
import { createConnection } from 'node:net';

/** Maximum length of the replies in bytes. It is a hundred times the length of a large reply to INFO. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Connects to Redis, sends commands, and returns one reply for each command.
 *
 * @throws {Error} if Redis does not accept the connection, replies with an error, or does not reply in time
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export async function sendCommands(
  { hostname, port }: URL,
  commands: readonly (readonly string[])[],
  timeoutMs: number,
): Promise<readonly string[]> {
  // A URL contains an IPv6 address in brackets. The connection needs the address without them.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = createConnection({ host, port: Number(port || 6379) });
  const timer = setTimeout(() => socket.destroy(new Error(`No reply from Redis within ${timeoutMs} ms`)), timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  socket.write(commands.map(encode).join(''));
  let received = Buffer.alloc(0);
  // When the loop ends, Node.js closes the connection.
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes]);
    const replies = [...decode(received)];
    if (replies.length === commands.length) return replies;
    if (received.length > MAX_BYTES)
      throw new RangeError(`Cannot read the reply of Redis: more than ${MAX_BYTES} bytes`);
  }
  throw new Error('Cannot read the reply of Redis: connection closed');
}

/** Encodes a command as an array of bulk strings. */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** Yields the replies in the received bytes until the first incomplete reply. */
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
    } else throw new Error(`Unexpected reply of Redis: ${JSON.stringify(type === '-' ? head : type + head)}`);
  }
}
