import { quote, splitLines } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

/** Locks with the same device, mechanism, mode and type. */
export interface FileLocks {
  /** Major and minor number of the device that contains the files, for example `253:1`. */
  readonly device: string;
  /** Mechanism of the locks: `POSIX`, `FLOCK`, `OFDLCK`, `LEASE` or `DELEG`. */
  readonly mechanism: string;
  /** Mode of the locks: `ADVISORY` or `MANDATORY`. The mode of a lease is `ACTIVE` or `BREAKING`. */
  readonly mode: string;
  /** Type of the locks: `READ` or `WRITE`. The type is `UNLCK` for a lease that its holder must release. */
  readonly type: string;
  readonly count: number;
}

/**
 * Parses `/proc/locks`. Each lock has a line with the device in hexadecimal. Each process that waits for the lock has a
 * line with an arrow. Waiting processes are left out. Equal locks are counted.
 *
 *     1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF
 *     1: -> POSIX  ADVISORY  WRITE 3569 fd:00:2531452 0 EOF
 *
 * https://man7.org/linux/man-pages/man5/proc_locks.5.html
 */
export function parseLocks(text: string, report: ReportProblem = raise): FileLocks[] {
  const byKind = new Map<string, FileLocks & { count: number }>();
  for (const lock of parseRows(splitLines(text), parseLock, report)) {
    const key = Object.values(lock).join(' ');
    const locks = byKind.get(key);
    if (locks === undefined) byKind.set(key, { ...lock, count: 1 });
    else locks.count += 1;
  }
  return [...byKind.values()];
}

/**
 * Parses a lock. Returns `undefined` for a process that waits for a lock, and for a lock without a file. A lock without a
 * file has the device `<none>:0`.
 */
function parseLock(line: string): Omit<FileLocks, 'count'> | undefined {
  if (WAITING.test(line)) return undefined;
  const [, mechanism, mode, type, major, minor] = LOCK.exec(line) ?? [];
  if (mechanism === undefined || mode === undefined || type === undefined) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  if (major === undefined || minor === undefined) return undefined;
  return { device: `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`, mechanism, mode, type };
}

const WAITING = /^\d+: +->/;
const LOCK = /^\d+: (\S+) +(\S+) +(\S+) +-?\d+ (?:([0-9a-f]{2,8}):([0-9a-f]{2,8}):\d+|<none>:0) /;
