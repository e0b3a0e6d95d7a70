import { quote, splitLines } from './lines.ts';

export interface FileLocks {
  /** The numbers of the device that the files are on: `253:1`. */
  readonly device: string;
  /** `POSIX`, `FLOCK`, `OFDLCK`, `LEASE`, `DELEG`. */
  readonly mechanism: string;
  /** `ADVISORY`, `MANDATORY`; of a lease `ACTIVE`, `BREAKING`. */
  readonly mode: string;
  /** `READ`, `WRITE`; of a lease that is given up `UNLCK`. */
  readonly type: string;
  readonly count: number;
}

/**
 * `/proc/locks`: a line for each lock on a file, with the device in hexadecimal digits, and one with an arrow for each
 * process that waits for it. As many lines as there are locks: alike ones are counted.
 *
 *     1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF
 *     1: -> POSIX  ADVISORY  WRITE 3569 fd:00:2531452 0 EOF
 *
 * https://man7.org/linux/man-pages/man5/proc_locks.5.html
 */
export function parseLocks(text: string): FileLocks[] {
  const byKind = new Map<string, FileLocks & { count: number }>();
  for (const line of splitLines(text)) {
    if (WAITS.test(line)) continue;
    const [, mechanism, mode, type, major, minor] = HELD.exec(line) ?? [];
    if (mechanism === undefined || mode === undefined || type === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    // A file that is no more has no device: `<none>:0`.
    if (major === undefined || minor === undefined) continue;
    const device = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
    const key = [device, mechanism, mode, type].join(' ');
    const known = byKind.get(key);
    if (known === undefined) byKind.set(key, { device, mechanism, mode, type, count: 1 });
    else known.count += 1;
  }
  return [...byKind.values()];
}

const WAITS = /^\d+: +->/;
const HELD = /^\d+: (\S+) +(\S+) +(\S+) +-?\d+ (?:([0-9a-f]{2,8}):([0-9a-f]{2,8}):\d+|<none>:0) /;
