import { findLineEnd, parseDigits, quote, skipBlanks } from './lines.ts';
import { parseColumns, type ReportProblem, raise } from './rows.ts';

/**
 * Memory and threads of a process. Sizes are in KiB. Kernel threads and processes that have ended have no memory: their
 * sizes are `undefined`.
 */
export interface ProcessStatus {
  /** Size of the address space. */
  readonly vmSizeKib: number | undefined;
  /** Resident memory. */
  readonly vmRssKib: number | undefined;
  /** Resident memory of mapped files; absent before Linux 4.5. */
  readonly rssFileKib: number | undefined;
  readonly threads: number | undefined;
}

/**
 * Parses `/proc/<pid>/status`. The name of the process cannot imitate another field, because the kernel escapes a newline
 * in the name as `\n`.
 *
 *     Name:   httpd
 *     VmSize:     2300 kB
 *     Threads:        11
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function parseProcessStatus(text: string, report: ReportProblem = raise): ProcessStatus {
  if (!text.startsWith('Name:') && !text.includes('\nName:'))
    throw new SyntaxError(`unexpected line ${quote(text.slice(0, findLineEnd(text, 0)))}`);
  return {
    vmSizeKib: parseField('\nVmSize:', ' kB', { text, report }),
    vmRssKib: parseField('\nVmRSS:', ' kB', { text, report }),
    rssFileKib: parseField('\nRssFile:', ' kB', { text, report }),
    threads: parseField('\nThreads:', '', { text, report }),
  };
}

interface StatusText {
  readonly text: string;
  readonly report: ReportProblem;
}

/** @param key including the newline before it and the colon after it */
function parseField(key: string, unit: string, { text, report }: StatusText): number | undefined {
  const newline = text.indexOf(key);
  if (newline === -1) return undefined;
  const start = skipBlanks(text, newline + key.length);
  const lineEnd = findLineEnd(text, start);
  const end = lineEnd - unit.length;
  const number = text.startsWith(unit, end) ? parseDigits(text, start, end) : undefined;
  if (number !== undefined) return number;
  const line = text.slice(newline + 1, lineEnd);
  report(new SyntaxError(`unexpected line ${quote(line)}`));
  return undefined;
}

/**
 * Parses the line `NSpid` of `/proc/<pid>/status`: the PIDs of the process in its nested PID namespaces, the outermost
 * namespace first. The first process of a container has two PIDs, and the second one is 1:
 *
 *     NSpid:  2763    1
 *
 * Returns no PIDs if the line is absent, as before Linux 4.1.
 */
export function parseNamespacePids(text: string, report: ReportProblem = raise): readonly number[] {
  const newline = text.indexOf('\nNSpid:');
  if (newline === -1) return [];
  const line = text.slice(newline + 1, findLineEnd(text, newline + 1));
  const pids = parseColumns(line, 'NSpid:'.length, report);
  return pids.includes(undefined) ? [] : pids.filter((pid) => pid !== undefined);
}
