import { createForwardSearch, parseUnsignedSlice, skipBlanks } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

/**
 * Bytes that the kernel read from and wrote to devices for a process. A number is `undefined` if the kernel does not count
 * the bytes or the number is malformed.
 */
export interface ProcessIo {
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
}

/**
 * Parses `/proc/<pid>/io`, a name and a number on each line: `read_bytes: 4096`.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_io.5.html
 */
export function parseProcessIo(text: string, report: ReportProblem = raise): ProcessIo {
  const counts = new Map<string, number>();
  const findColon = createForwardSearch(text, ':');
  const visit = (start: number, end: number): void => {
    const colon = findColon(start);
    const name = text.slice(start, colon === -1 || colon > end ? end : colon);
    if (NAMES.has(name)) counts.set(name, parseUnsignedSlice(text, skipBlanks(text, colon + 1), end));
  };
  visitRows(text, visit, report);
  return { readBytes: counts.get(READ), writtenBytes: counts.get(WRITTEN) };
}

const READ = 'read_bytes';
const WRITTEN = 'write_bytes';
const NAMES: ReadonlySet<string> = new Set([READ, WRITTEN]);
