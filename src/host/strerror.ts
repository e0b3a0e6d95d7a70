import { getSystemErrorMap } from 'node:util';
import { codeOf, messageOf } from '../util/errors.ts';

/**
 * Texts of strerror(3) by errno, for errors whose text in libuv is absent or different. The numbers are valid on x86, ARM,
 * POWER and s390.
 */
const TEXTS: ReadonlyMap<number, string> = new Map([
  [5, 'input/output error'],
  [11, 'resource temporarily unavailable'],
  [12, 'cannot allocate memory'],
  [16, 'device or resource busy'],
  [21, 'is a directory'],
  [23, 'too many open files in system'],
  [29, 'illegal seek'],
  [36, 'file name too long'],
  [40, 'too many levels of symbolic links'],
  [61, 'no data available'],
  [62, 'timer expired'],
  [74, 'bad message'],
  [107, 'transport endpoint is not connected'],
  [113, 'no route to host'],
  [116, 'stale file handle'],
  [117, 'structure needs cleaning'],
  [123, 'no medium found'],
  [126, 'required key not available'],
  [127, 'key has expired'],
  [128, 'key has been revoked'],
  [129, 'key was rejected by service'],
]);

/** Texts of libuv by errno. Node.js creates a new map with 80 entries for each call of `getSystemErrorMap()`. */
const LIBUV_TEXTS = getSystemErrorMap();

/**
 * Returns the text of a failed system call in the form of node_exporter's labels, for example `transport endpoint is not
 * connected`. For any other error, returns its message unchanged.
 */
export function strerror(error: unknown): string {
  if (isForbidden(error)) return 'forbidden by the permission model of Node.js';
  if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) return messageOf(error);
  const { errno } = error;
  return TEXTS.get(-errno) ?? LIBUV_TEXTS.get(errno)?.[1] ?? `errno ${-errno}`;
}

/**
 * Returns whether the permission model of Node.js has refused a call. Such an error has no errno, and its message does not
 * contain the path. https://nodejs.org/api/permissions.html
 */
function isForbidden(error: unknown): boolean {
  return codeOf(error) === 'ERR_ACCESS_DENIED';
}
