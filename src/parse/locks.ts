import { quote, splitLines } from './lines.ts';

/** Locks with the same device, mechanism, mode and type. */
export interface FileLocks {
  /** Major and minor number of the device that contains the files: `253:1`. */
  readonly device: string;
  /** Mechanism of the locks: `POSIX`, `FLOCK`, `OFDLCK`, `LEASE` or `DELEG`. */
  readonly mechanism: string;
  /** `ADVISORY` or `MANDATORY`; for a lease `ACTIVE` or `BREAKING`. */
  readonly mode: string;
  /** `READ` or `WRITE`; `UNLCK` for a lease that is being given up. */
  readonly type: string;
  readonly count: number;
}

/**
 * Parses `/proc/locks`. Each lock has a line with the device in hexadecimal; each process that waits for the lock has a
 * line with an arrow. Waiting processes are left out, and equal locks are counted.
 *
 *     1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF
 *     1: -> POSIX  ADVISORY  WRITE 3569 fd:00:2531452 0 EOF
 *
 * https://man7.org/linux/man-pages/man5/proc_locks.5.html
 */
export function parseLocks(text: string): FileLocks[] {
  const byKind = new Map<string, FileLocks & { count: number }>();
  for (const line of splitLines(text)) {
    if (WAITING.test(line)) continue;
    const [, mechanism, mode, type, major, minor] = LOCK.exec(line) ?? [];
    if (mechanism === undefined || mode === undefined || type === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    // A lock without a file has no device: `<none>:0`.
    if (major === undefined || minor === undefined) continue;
    const device = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
    const key = [device, mechanism, mode, type].join(' ');
    const locks = byKind.get(key);
    if (locks === undefined) byKind.set(key, { device, mechanism, mode, type, count: 1 });
    else locks.count += 1;
  }
  return [...byKind.values()];
}

const WAITING = /^\d+: +->/;
const LOCK = /^\d+: (\S+) +(\S+) +(\S+) +-?\d+ (?:([0-9a-f]{2,8}):([0-9a-f]{2,8}):\d+|<none>:0) /;
