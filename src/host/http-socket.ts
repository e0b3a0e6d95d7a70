import { get, type IncomingMessage } from 'node:http';
import { parseAt, ReadError, toReadError } from './errors.ts';
import { readBody } from './read-body.ts';

/** The HTTP interface of another program on a Unix socket. */
export class HttpSocket {
  readonly path: string;
  readonly #remaining: () => number;

  /** @param remaining returns the maximum duration of a request that starts now, in milliseconds */
  constructor(path: string, remaining: () => number) {
    this.path = path;
    this.#remaining = remaining;
  }

  /**
   * Requests a path and parses the response.
   *
   * @throws {AbsentError} if the socket does not exist
   * @throws {ReadError} if the response is late, has a status other than 200, or is too large
   * @throws {SyntaxError} if `parse` throws this error; the path of the socket is added to the message
   */
  async get<T>(path: string, parse: (text: string) => T): Promise<T> {
    return parseAt(`${path} of ${this.path}`, await this.#get(path), parse);
  }

  async #get(path: string): Promise<string> {
    const milliseconds = this.#remaining();
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await fetchText({ socketPath: this.path, path, signal, agent: false, headers: { host: 'localhost' } });
    } catch (error) {
      if (error instanceof ReadError) throw error;
      if (signal.aborted) {
        const message = `Cannot read ${this.path}: no answer within ${Math.round(milliseconds)} ms`;
        throw new ReadError(message, { code: 'ETIMEDOUT', cause: error });
      }
      throw toReadError(this.path, error);
    }
  }
}

interface SocketRequest {
  readonly socketPath: string;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly agent: false;
  readonly headers: Readonly<Record<string, string>>;
}

async function fetchText(request: SocketRequest): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = get(request, resolve).on('error', reject);
  try {
    const response = await promise;
    if (response.statusCode !== 200) {
      throw new ReadError(
        `Cannot read ${request.socketPath}: ${request.path} returned status ${response.statusCode}`,
        {},
      );
    }
    return (await readBody(request.socketPath, response)).toString('utf8');
  } finally {
    // Ends the transfer of a response that is too large.
    outgoing.destroy();
  }
}
