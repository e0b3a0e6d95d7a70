import { getSystemErrorMap } from 'node:util';

/** What the system says and libuv words otherwise or has no name for. Numbers as all platforms of Node have them. */
const TEXTS: ReadonlyMap<number, string> = new Map([
  [5, 'input/output error'],
  [11, 'resource temporarily unavailable'],
  [12, 'cannot allocate memory'],
  [16, 'device or resource busy'],
  [36, 'file name too long'],
  [40, 'too many levels of symbolic links'],
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

/** The text of a failed system call as node_exporter's labels have it: `transport endpoint is not connected`. */
export function strerror(error: unknown): string {
  if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) return String(error);
  const { errno } = error;
  return TEXTS.get(-errno) ?? getSystemErrorMap().get(errno)?.[1] ?? `errno ${-errno}`;
}
