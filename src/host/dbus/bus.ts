/**
 * A connection to a D-Bus, or to one program that speaks the same without a bus, for as long as one pass takes.
 * https://dbus.freedesktop.org/doc/dbus-specification.html
 */
import { connect, type Socket } from 'node:net';
import { codeOf, messageOf } from '../../util/errors.ts';
import { AbsentError, ReadError } from '../host.ts';
import { type Call, decodeMessage, ERROR, encodeCall, FIXED_BYTES, METHOD_RETURN, messageLength } from './message.ts';
import type { Value } from './value.ts';

/** The other side answered with an error. */
export class BusError extends Error {
  override readonly name = 'BusError';
  /** `org.freedesktop.DBus.Error.UnknownProperty` */
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}

/** dbus-daemon refuses more than 128 calls without an answer when no configuration says otherwise. */
const MOST_UNANSWERED = 64;

const ABSENT_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED']);

export interface BusOptions {
  /** The socket. */
  readonly path: string;
  /** Milliseconds until everything must be answered. */
  readonly timeout: number;
  /** A program listens, not a bus: there is nobody to say hello to. */
  readonly isDirect?: boolean;
}

type Answer = PromiseWithResolvers<readonly Value[]>;

export class Bus {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #deadline: NodeJS.Timeout;
  readonly #unanswered = new Map<number, Answer>();
  readonly #waiting: { readonly call: Call; readonly answer: Answer }[] = [];
  readonly #authorized = Promise.withResolvers<void>();
  #isAuthorized = false;
  #received: Buffer = Buffer.alloc(0);
  #serial = 0;
  #failure: Error | undefined;

  /**
   * @throws {AbsentError} when nobody listens
   * @throws {ReadError} when the other side does not let us in, or not in time
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
      this.#fail(
        new ReadError(`Cannot ask ${path}: no answer within ${Math.round(timeout)} ms`, { code: 'ETIMEDOUT' }),
      );
    }, timeout);
    this.#socket = connect({ path });
    this.#socket.on('connect', () => this.#socket.write(`\0AUTH EXTERNAL ${ownUser()}\r\n`));
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on('error', (error) => this.#fail(explainConnection(path, error)));
    this.#socket.on('close', () => this.#fail(new ReadError(`Cannot ask ${path}: it hung up`, { code: 'ECONNRESET' })));
  }

  /**
   * @returns what the method returns
   * @throws {BusError} when it answers with an error
   */
  call(call: Call): Promise<readonly Value[]> {
    const answer: Answer = Promise.withResolvers();
    if (this.#failure !== undefined) answer.reject(this.#failure);
    else if (this.#unanswered.size < MOST_UNANSWERED) this.#send(call, answer);
    else this.#waiting.push({ call, answer });
    return answer.promise;
  }

  close(): void {
    this.#fail(new ReadError(`Cannot ask ${this.#path}: the connection was closed`, { code: 'ECONNABORTED' }));
  }

  #send(call: Call, answer: Answer): void {
    this.#serial += 1;
    this.#unanswered.set(this.#serial, answer);
    this.#socket.write(encodeCall(this.#serial, call));
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      if (!this.#isAuthorized) this.#authorize();
      if (this.#isAuthorized) this.#takeMessages();
    } catch (error) {
      this.#fail(new SyntaxError(`Cannot understand ${this.#path}: ${messageOf(error)}`, { cause: error }));
    }
  }

  /** One line answers ours: `OK` and the bus' identity. */
  #authorize(): void {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) return;
    const line = this.#received.toString('utf8', 0, end);
    if (!line.startsWith('OK ')) {
      this.#fail(new ReadError(`Cannot ask ${this.#path}: it answers ${JSON.stringify(line)}`, { code: 'EACCES' }));
      return;
    }
    this.#received = this.#received.subarray(end + 2);
    this.#isAuthorized = true;
    this.#socket.write('BEGIN\r\n');
    this.#authorized.resolve();
  }

  #takeMessages(): void {
    while (this.#received.length >= FIXED_BYTES) {
      const length = messageLength(this.#received);
      if (this.#received.length < length) return;
      this.#deliver(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
    }
  }

  #deliver(bytes: Buffer): void {
    const { type, replyTo, errorName = '', body } = decodeMessage(bytes);
    const answer = replyTo === undefined ? undefined : this.#unanswered.get(replyTo);
    // Signals: the bus tells every connection its name.
    if (replyTo === undefined || answer === undefined) return;
    this.#unanswered.delete(replyTo);
    if (type === METHOD_RETURN) answer.resolve(body);
    else if (type === ERROR) answer.reject(new BusError(errorName, typeof body[0] === 'string' ? body[0] : errorName));
    else answer.reject(new SyntaxError(`Cannot understand ${this.#path}: it answers with a message of type ${type}`));
    const next = this.#waiting.shift();
    if (next !== undefined) this.#send(next.call, next.answer);
  }

  /** Ends the connection; whoever waits for an answer hears why. Only the first reason counts. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#deadline);
    this.#socket.destroy();
    this.#authorized.reject(error);
    for (const answer of this.#unanswered.values()) answer.reject(error);
    for (const { answer } of this.#waiting) answer.reject(error);
  }
}

const HELLO: Call = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
};

/** The user that the kernel tells the other side, in decimal and that in hexadecimal. */
function ownUser(): string {
  return Buffer.from(String(process.getuid?.())).toString('hex');
}

function explainConnection(path: string, error: Error): Error {
  const code = codeOf(error);
  if (code !== undefined && ABSENT_CODES.has(code)) {
    return new AbsentError(`Cannot find ${path}: ${code}`, { cause: error });
  }
  return new ReadError(`Cannot ask ${path}: ${code ?? error.message}`, { code, cause: error });
}
