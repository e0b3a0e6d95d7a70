import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { parseAt, ReadError, toReadError } from './errors.ts';
import { readAnswer } from './read-body.ts';

/** A message is preceded by a flag for compression and its length in four bytes. */
const PREFIX_BYTES = 5;
const NO_FIELDS = Buffer.alloc(PREFIX_BYTES);

/**
 * Another program's gRPC interface on a Unix socket, for calls without arguments.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcSocket {
  readonly path: string;
  readonly #remaining: () => number;

  /** @param remaining milliseconds that a call may take from now on */
  constructor(path: string, remaining: () => number) {
    this.path = path;
    this.#remaining = remaining;
  }

  /**
   * Calls a method and parses its answer.
   *
   * @param method `/runtime.v1.RuntimeService/ListContainers`
   * @throws {AbsentError} when there is no such socket
   * @throws {ReadError} when it does not answer, not in time, with an error or with too much
   * @throws {SyntaxError} when the parser refuses the answer
   */
  async call<T>(method: string, parse: (message: Buffer) => T): Promise<T> {
    return parseAt(`${method} of ${this.path}`, await this.#call(method), parse);
  }

  async #call(method: string): Promise<Buffer> {
    const milliseconds = this.#remaining();
    // It takes long to load, and few hosts have such a socket.
    const { connect: connectHttp2 } = await import('node:http2');
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const session = connectHttp2('http://localhost', { createConnection: () => connect(this.path) });
    session.on('error', reject);
    const timer = setTimeout(() => {
      reject(new ReadError(`Cannot read ${this.path}: no answer within ${Math.round(milliseconds)} ms`, {}));
    }, milliseconds);
    try {
      return await Promise.race([failed, this.#ask(session, method)]);
    } catch (error) {
      throw error instanceof ReadError ? error : toReadError(this.path, error);
    } finally {
      clearTimeout(timer);
      session.destroy();
    }
  }

  async #ask(session: ClientHttp2Session, method: string): Promise<Buffer> {
    const stream = session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown = '0';
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      const http = headers[':status'] ?? 200;
      status = headers['grpc-status'] ?? (http === 200 ? status : `HTTP ${String(http)}`);
    };
    stream.on('response', note).on('trailers', note);
    stream.end(NO_FIELDS);
    const body = await readAnswer(this.path, stream);
    if (String(status) !== '0') throw this.#refusal(`${method} answered status ${String(status)}`);
    return this.#messageOf(body, method);
  }

  #messageOf(body: Buffer, method: string): Buffer {
    const isWhole = body.length >= PREFIX_BYTES && body.length === PREFIX_BYTES + body.readUInt32BE(1);
    if (!isWhole || body[0] !== 0) throw this.#refusal(`${method} answered no message`);
    return body.subarray(PREFIX_BYTES);
  }

  #refusal(reason: string): ReadError {
    return new ReadError(`Cannot read ${this.path}: ${reason}`, {});
  }
}
