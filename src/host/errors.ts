import { type ReportProblem, raise } from '../parse/rows.ts';
import { codeOf } from '../util/errors.ts';
import { isWriteOnly } from './stat.ts';
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
  // Root can open a write-only attribute (`temp1_reset_history` of hwmon), but each read of the attribute fails with EIO.
  if (code === 'EIO' && isWriteOnly(path)) return new AbsentError(`Cannot read ${path}: write-only`, { cause: error });
  return new ReadError(`Cannot read ${path}: ${strerror(error)}`, { code, cause: error });
}

/** Receives an error that costs only one row or one value. The read continues without the row or value. */
export type ReportError = (error: Error) => void;

/** Default {@link ReportError} for reads outside a collector: throws the error, so that the caller handles it. */
export function raiseError(error: Error): never {
  throw error;
}

/** A parser of a file. It returns the rows that it can parse, and reports each malformed row that a caller needs. */
export type Parse<T> = (text: string, report: ReportProblem) => T;

/** An attribute and its parser. */
export interface AttributeRead<T> {
  readonly path: string;
  readonly parse: Parse<T>;
  /**
   * Result for an attribute that does not exist or has no value; `undefined` by default. The result for a failed read is
   * always `undefined`.
   */
  readonly absent?: T;
}

/**
 * Maximum number of reported rows of a file. If the format of a file has changed, every row is malformed; the first ones are
 * enough for a log.
 */
const MAX_PROBLEMS = 5;
/**
 * Maximum number of malformed rows and numbers of a file. A file with more of them has another format. The error of each row
 * takes 1 to 2 µs, so that a megabyte of malformed rows would block the process for a second.
 */
const MAX_MALFORMED = 2000;

/**
 * Calls a parser and reports only the first problems.
 *
 * @throws {SyntaxError} of the parser; also if too many rows are malformed
 */
export function parseReporting<T, I = string>(
  input: I,
  parse: (input: I, report: ReportProblem) => T,
  report: ReportProblem,
): T {
  const stackTraceLimit = Error.stackTraceLimit;
  let problems = 0;
  const reportFirst = (problem: SyntaxError): void => {
    problems += 1;
    if (problems <= MAX_PROBLEMS) report(problem);
    // An error with a stack takes 8 µs, so further errors are created without one.
    else Error.stackTraceLimit = 0;
    if (problems > MAX_MALFORMED) throw new SyntaxError(`expected at most ${MAX_MALFORMED} malformed rows and numbers`);
  };
  try {
    return parse(input, reportFirst);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Parses the content of a file. Reports the first rows that the parser leaves out, with the path in the message.
 *
 * @throws {SyntaxError} of the parser, with the path in its message; also if too many rows are malformed
 */
export function parseAt<T, I = string>(
  path: string,
  input: I,
  parse: (input: I, report: ReportProblem) => T,
  report: ReportError = raiseError,
): T {
  try {
    if (report === raiseError) return parse(input, raise);
    return parseReporting(input, parse, (problem) => report(toParseError(path, problem)));
  } catch (error) {
    throw error instanceof SyntaxError ? toParseError(path, error) : error;
  }
}

function toParseError(path: string, error: SyntaxError): SyntaxError {
  return new SyntaxError(`Cannot parse ${path}: ${error.message}`, { cause: error });
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
  /**
   * Error codes that mean that this process gets no value from the file. The read returns `undefined` and reports nothing.
   */
  readonly ignoreErrno?: ReadonlySet<string>;
  /**
   * True if only the version of the kernel determines whether the directory contains the file. While the directory exists,
   * the read then searches for an absent file only once: a search costs half as much as a read.
   */
  readonly isVersionDependent?: boolean;
}

export const NO_ERRNOS: ReadonlySet<string> = new Set();

/**
 * Error codes that mean that a sysfs attribute has no value now, or no value for this process.
 *
 * - EAGAIN: the first measurement has not ended (hwmon, thermal zones)
 * - EINVAL: the device or its link is down, the sensor is off, or the device has no such counter (netclass, infiniband)
 * - ENODATA: the battery, sensor or chip reports no value (hwmon, power supplies)
 * - EACCES: only root may read the attribute
 * - EPERM: only root may read the attribute, or the graphics card is suspended (amdgpu)
 *
 * ENXIO, ENODEV and EOPNOTSUPP mean that the device or attribute is absent. Each other code is a failure.
 */
export const NO_VALUE_ERRNOS: ReadonlySet<string> = new Set(['EAGAIN', 'EINVAL', 'ENODATA', 'EACCES', 'EPERM']);

/** Error codes of a read that requires more privileges. */
export const PERMISSION_ERRNOS: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/**
 * Ignores the error of a read if the file is absent or the error has one of the codes. Reports other errors of the system or
 * of a parser.
 *
 * @throws {unknown} any other error
 */
export function reportUnlessAbsent(error: unknown, codes: ReadonlySet<string>, report: ReportError): undefined {
  if (isAbsentOr(error, codes)) return;
  if (!(error instanceof ReadError || error instanceof SyntaxError)) throw error;
  report(error);
}

/** Returns whether an error is an {@link AbsentError}, or a {@link ReadError} with one of the codes. */
export function isAbsentOr(error: unknown, codes: ReadonlySet<string>): boolean {
  return error instanceof AbsentError || (error instanceof ReadError && codes.has(error.code ?? ''));
}
