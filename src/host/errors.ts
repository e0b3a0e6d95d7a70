import { codeOf } from '../util/errors.ts';
import { strerror } from './strerror.ts';

/**
 * Calls a function with stack traces switched off. Dozens of system calls fail in each pass, and collecting the stack costs
 * several times as much as the call (measured: 0.6 ms of the 3.1 ms of a pass on a small host).
 */
export function withoutStack<A extends readonly unknown[], T>(call: (...args: A) => T, ...args: A): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return call(...args);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** An error of the host, not of the program. The message of such an error names the cause; a stack would only cost time. */
class StacklessError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = limit;
  }
}

/** The host has no such file, device or feature. This is not a failure: the collector has nothing to report. */
export class AbsentError extends StacklessError {
  override readonly name = 'AbsentError';
}

/** A file, device or program of the host exists and cannot be read. */
export class ReadError extends StacklessError {
  override readonly name = 'ReadError';
  /** The name of the errno: `EACCES`. */
  readonly code: string | undefined;

  constructor(message: string, { code, cause }: { code?: string | undefined; cause?: unknown }) {
    super(message, { cause });
    this.code = code;
  }
}

const ABSENT_CODES: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  // The device was removed while its file was open.
  'ENODEV',
  'ENXIO',
  // The process ended after the listing of /proc.
  'ESRCH',
  // The driver does not implement the attribute (phys_port_id of a network device).
  'EOPNOTSUPP',
  'ENOTSUP',
]);

/** Converts the error of a system call on a path to an error with the path in its message. */
export function toReadError(path: string, error: unknown): AbsentError | ReadError {
  const code = codeOf(error);
  if (code !== undefined && ABSENT_CODES.has(code)) {
    return new AbsentError(`Cannot find ${path}: ${code}`, { cause: error });
  }
  return new ReadError(`Cannot read ${path}: ${strerror(error)}`, { code, cause: error });
}

/**
 * Parses the content of a path.
 *
 * @throws {SyntaxError} of the parser, with the path in its message
 */
export function parseAt<I, T>(path: string, input: I, parse: (input: I) => T): T {
  try {
    return parse(input);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`Cannot parse ${path}: ${error.message}`, { cause: error });
  }
}

/** Returns the result of `read`, or `undefined` if `read` throws an {@link AbsentError}. */
export function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AbsentError) return undefined;
    throw error;
  }
}

/** As {@link optional}, for an asynchronous read. */
export async function optionalAsync<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AbsentError) return undefined;
    throw error;
  }
}

/** Options of the reads that return `undefined` for an absent file. */
export interface ReadOptions {
  /** Error codes of a driver that has no value now. The read returns `undefined` for these errors too. */
  readonly ignoreErrno?: ReadonlySet<string>;
}

export const NO_ERRNOS: ReadonlySet<string> = new Set();

/** Error codes of a read that requires more privileges. */
export const PERMISSION_ERRNOS: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/** Returns whether an error is an {@link AbsentError}, or a {@link ReadError} with one of the codes. */
export function isAbsentOr(error: unknown, codes: ReadonlySet<string>): boolean {
  return error instanceof AbsentError || (error instanceof ReadError && codes.has(error.code ?? ''));
}
