import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { parseAt, ReadError, toReadError } from './errors.ts';
import { readBody } from './read-body.ts';

/** Size of the prefix of each message: a compression flag in one byte, and the length of the message in four bytes. */
const PREFIX_BYTES = 5;
/** Status of a method that the program does not have: https://grpc.io/docs/guides/status-codes/ */
const UNIMPLEMENTED = '12';
const EMPTY_MESSAGE = Buffer.alloc(PREFIX_BYTES);

/**
 * The gRPC interface of another program on a Unix socket, for calls without arguments.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcSocket {
  readonly path: string;
  readonly #remaining: () => number;

  /** @param remaining returns the maximum duration of a call that starts now, in milliseconds */
  constructor(path: string, remaining: () => number) {
    this.path = path;
    this.#remaining = remaining;
  }

  /**
   * Calls a method and parses the response.
   *
   * @param method path of the method, for example `/runtime.v1.RuntimeService/ListContainers`
   * @throws {AbsentError} if the socket does not exist
   * @throws {ReadError} if the response is late, has an error status, or is too large. The code is `UNIMPLEMENTED` if the
   *   program does not have the method.
   * @throws {SyntaxError} if `parse` throws this error; the path of the socket is added to the message
   */
  async call<T>(method: string, parse: (message: Buffer) => T): Promise<T> {
    return parseAt(`${method} of ${this.path}`, await this.#call(method), parse);
  }

  async #call(method: string): Promise<Buffer> {
    const milliseconds = this.#remaining();
    // node:http2 is loaded on demand, because it loads slowly and few hosts have a gRPC socket.
    const { connect: connectHttp2 } = await import('node:http2');
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const session = connectHttp2('http://localhost', { createConnection: () => connect(this.path) });
    session.on('error', reject);
    const timer = setTimeout(() => {
      reject(new ReadError(`Cannot read ${this.path}: no answer within ${Math.round(milliseconds)} ms`, {}));
    }, milliseconds);
    try {
      return await Promise.race([failed, this.#request(session, method)]);
    } catch (error) {
      throw error instanceof ReadError ? error : toReadError(this.path, error);
    } finally {
      clearTimeout(timer);
      session.destroy();
    }
  }

  async #request(session: ClientHttp2Session, method: string): Promise<Buffer> {
    const stream = session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown = '0';
    const readStatus = (headers: Readonly<Record<string, unknown>>): void => {
      const http = headers[':status'] ?? 200;
      status = headers['grpc-status'] ?? (http === 200 ? status : `HTTP ${String(http)}`);
    };
    stream.on('response', readStatus).on('trailers', readStatus);
    stream.end(EMPTY_MESSAGE);
    const body = await readBody(this.path, stream);
    if (String(status) !== '0') {
      const code = String(status) === UNIMPLEMENTED ? 'UNIMPLEMENTED' : undefined;
      throw this.#error(`${method} returned status ${String(status)}`, code);
    }
    return this.#messageOf(body, method);
  }

  #messageOf(body: Buffer, method: string): Buffer {
    const isWhole = body.length >= PREFIX_BYTES && body.length === PREFIX_BYTES + body.readUInt32BE(1);
    if (!isWhole || body[0] !== 0) throw this.#error(`${method} returned no message`);
    return body.subarray(PREFIX_BYTES);
  }

  #error(reason: string, code?: string): ReadError {
    return new ReadError(`Cannot read ${this.path}: ${reason}`, { code });
  }
}
