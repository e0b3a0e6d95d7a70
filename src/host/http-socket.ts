import { get, type IncomingMessage } from 'node:http';
import { parseAt, ReadError, toReadError } from './errors.ts';
import { readAnswer } from './read-body.ts';

/** Another program's HTTP interface on a Unix socket. */
export class HttpSocket {
  readonly path: string;
  readonly #remaining: () => number;

  /** @param remaining milliseconds that a call may take from now on */
  constructor(path: string, remaining: () => number) {
    this.path = path;
    this.#remaining = remaining;
  }

  /**
   * Asks for a path and parses the answer.
   *
   * @throws {AbsentError} when there is no such socket
   * @throws {ReadError} when it does not answer, not in time, not with 200, or with too much
   * @throws {SyntaxError} when the parser refuses the answer
   */
  async get<T>(path: string, parse: (text: string) => T): Promise<T> {
    return parseAt(`${path} of ${this.path}`, await this.#get(path), parse);
  }

  async #get(path: string): Promise<string> {
    const milliseconds = this.#remaining();
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await ask({ socketPath: this.path, path, signal, agent: false, headers: { host: 'localhost' } });
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

interface Request {
  readonly socketPath: string;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly agent: false;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask(request: Request): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = get(request, resolve).on('error', reject);
  try {
    const response = await promise;
    if (response.statusCode !== 200) {
      throw new ReadError(`Cannot read ${request.socketPath}: ${request.path} answered ${response.statusCode}`, {});
    }
    return (await readAnswer(request.socketPath, response)).toString('utf8');
  } finally {
    // Also when there is more to come than anyone wants.
    asked.destroy();
  }
}
