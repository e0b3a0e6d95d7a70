/**
 * A connection to a D-Bus message bus, or directly to a program that uses the D-Bus protocol. A connection lasts for at
 * most one pass.
 * https://dbus.freedesktop.org/doc/dbus-specification.html
 */
import { connect, type Socket } from 'node:net';
import { codeOf, messageOf } from '../../util/errors.ts';
import { AbsentError, ReadError } from '../errors.ts';
import { strerror } from '../strerror.ts';
import {
  type DbusMessage,
  decodeMessage,
  ERROR,
  encodeCall,
  FIXED_BYTES,
  METHOD_RETURN,
  type MethodCall,
  messageLength,
} from './message.ts';
import type { DbusValue } from './value.ts';

/** An error that the peer returns as the reply to a call. */
export class BusError extends Error {
  override readonly name = 'BusError';
  /** D-Bus name of the error, for example `org.freedesktop.DBus.Error.UnknownProperty`. */
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}

/** Maximum number of calls that wait for a reply at the same time. The default limit of dbus-daemon is 128. */
const MAX_PENDING = 64;

const ABSENT_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED']);

export interface BusOptions {
  /** Path of the socket. */
  readonly path: string;
  /** Maximum duration of the connection in milliseconds. Calls that have no reply by then fail. */
  readonly timeout: number;
  /** True if a program listens on the socket instead of a bus. Only a bus requires the call `Hello`. */
  readonly isDirect?: boolean;
}

type PendingReply = PromiseWithResolvers<readonly DbusValue[]>;

export class Bus {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #deadline: NodeJS.Timeout;
  /** Calls that are sent and have no reply yet, by serial number. */
  readonly #pending = new Map<number, PendingReply>();
  readonly #queue: { readonly call: MethodCall; readonly reply: PendingReply }[] = [];
  readonly #authorized = Promise.withResolvers<void>();
  #isAuthorized = false;
  #received: Buffer = Buffer.alloc(0);
  #serial = 0;
  #failure: Error | undefined;

  /**
   * Connects to the socket.
   *
   * @throws {AbsentError} if no program listens on the socket
   * @throws {ReadError} if the peer rejects the authentication or does not reply in time
   */
  static async open(options: BusOptions): Promise<Bus> {
    const bus = new Bus(options);
    await bus.#authorized.promise;
    if (options.isDirect !== true) await bus.call(HELLO);
    return bus;
  }

  private constructor({ path, timeout }: BusOptions) {
    this.#path = path;
    this.#deadline = setTimeout(() => {
      this.#fail(this.#error(`no answer within ${Math.round(timeout)} ms`, 'ETIMEDOUT'));
    }, timeout);
    this.#socket = connect({ path });
    this.#socket.on('connect', () => this.#socket.write(`\0AUTH EXTERNAL ${userId()}\r\n`));
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on('error', (error) => this.#fail(toConnectionError(path, error)));
    this.#socket.on('close', () => this.#fail(this.#error('connection closed by the peer', 'ECONNRESET')));
  }

  /**
   * Calls a method and returns the values of its reply.
   *
   * @throws {BusError} if the peer replies with an error
   * @throws {SyntaxError} if the reply is malformed; the connection can still be used
   * @throws {ReadError} if the connection has failed
   */
  call(call: MethodCall): Promise<readonly DbusValue[]> {
    const reply: PendingReply = Promise.withResolvers();
    if (this.#failure !== undefined) reply.reject(this.#failure);
    else if (this.#pending.size < MAX_PENDING) this.#send(call, reply);
    else this.#queue.push({ call, reply });
    return reply.promise;
  }

  close(): void {
    this.#fail(this.#error('connection closed', 'ECONNABORTED'));
  }

  #send(call: MethodCall, reply: PendingReply): void {
    this.#serial += 1;
    this.#pending.set(this.#serial, reply);
    this.#socket.write(encodeCall(this.#serial, call));
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      if (!this.#isAuthorized) this.#authorize();
      if (this.#isAuthorized) this.#readMessages();
    } catch (error) {
      this.#fail(new ReadError(this.#describeMalformed(error), { code: 'EPROTO', cause: error }));
    }
  }

  /** Reads the reply to the AUTH command. The reply is one line: `OK` and the identifier of the server. */
  #authorize(): void {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) return;
    const line = this.#received.toString('utf8', 0, end);
    if (!line.startsWith('OK ')) {
      this.#fail(this.#error(`unexpected reply to AUTH ${JSON.stringify(line)}`, 'EACCES'));
      return;
    }
    this.#received = this.#received.subarray(end + 2);
    this.#isAuthorized = true;
    this.#socket.write('BEGIN\r\n');
    this.#authorized.resolve();
  }

  #readMessages(): void {
    while (this.#received.length >= FIXED_BYTES) {
      const length = messageLength(this.#received);
      if (this.#received.length < length) return;
      this.#deliver(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
    }
  }

  #deliver(bytes: Buffer): void {
    const message = decodeMessage(bytes);
    const { replyTo } = message;
    const reply = replyTo === undefined ? undefined : this.#pending.get(replyTo);
    // Ignores messages that are not replies. One example is the signal that the bus sends to each new connection.
    if (replyTo === undefined || reply === undefined) return;
    this.#pending.delete(replyTo);
    try {
      reply.resolve(toResult(message));
    } catch (error) {
      reply.reject(
        error instanceof BusError ? error : new SyntaxError(this.#describeMalformed(error), { cause: error }),
      );
    }
    const next = this.#queue.shift();
    if (next !== undefined) this.#send(next.call, next.reply);
  }

  /** Closes the connection and rejects all calls without a reply. Only the first call of this method has an effect. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#deadline);
    this.#socket.destroy();
    this.#authorized.reject(error);
    for (const reply of this.#pending.values()) reply.reject(error);
    for (const { reply } of this.#queue) reply.reject(error);
  }

  #describeMalformed(error: unknown): string {
    return `Cannot parse messages of ${this.#path}: ${messageOf(error)}`;
  }

  #error(reason: string, code: string): ReadError {
    return new ReadError(`Cannot query ${this.#path}: ${reason}`, { code });
  }
}

/**
 * Returns the values of a reply.
 *
 * @throws {BusError} if the reply is an error
 * @throws {SyntaxError} if the reply is malformed
 */
function toResult({ type, errorName = '', readBody }: DbusMessage): readonly DbusValue[] {
  const body = readBody();
  if (type === METHOD_RETURN) return body;
  if (type !== ERROR) throw new SyntaxError(`unexpected reply of type ${type}`);
  throw new BusError(errorName, typeof body[0] === 'string' ? body[0] : errorName);
}

const HELLO: MethodCall = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
};

/**
 * Returns the user id of this process in the format of the AUTH command: the decimal digits as ASCII text, encoded in
 * hexadecimal.
 */
function userId(): string {
  return Buffer.from(String(process.getuid?.())).toString('hex');
}

function toConnectionError(path: string, error: Error): Error {
  const code = codeOf(error);
  if (code !== undefined && ABSENT_CODES.has(code)) {
    return new AbsentError(`Cannot find ${path}: ${code}`, { cause: error });
  }
  return new ReadError(`Cannot query ${path}: ${strerror(error)}`, { code, cause: error });
}
