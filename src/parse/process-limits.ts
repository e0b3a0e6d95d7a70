import { parseUnsigned, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

/** Soft limits of a process; `Infinity` for `unlimited`, `undefined` for a limit that the file does not contain. */
export interface ProcessLimits {
  readonly openFiles: number | undefined;
  /** Limit of the address space, in bytes. */
  readonly addressSpace: number | undefined;
}

/**
 * Parses `/proc/<pid>/limits`, a table whose first column contains blanks.
 *
 *     Limit                     Soft Limit           Hard Limit           Units
 *     Max open files            1024                 524288               files
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 */
export function parseProcessLimits(text: string, report: ReportProblem = raise): ProcessLimits {
  const limits = new Map<string, number>();
  const parseLine = (line: string): undefined => {
    const name = NAMES.find((candidate) => line.startsWith(candidate));
    if (name === undefined) return;
    const [soft = ''] = splitWords(line.slice(name.length));
    limits.set(name, soft === 'unlimited' ? Number.POSITIVE_INFINITY : parseUnsigned(soft));
  };
  parseRows(splitLines(text), parseLine, report);
  return { openFiles: limits.get(OPEN_FILES), addressSpace: limits.get(ADDRESS_SPACE) };
}

const OPEN_FILES = 'Max open files';
const ADDRESS_SPACE = 'Max address space';
const NAMES = [OPEN_FILES, ADDRESS_SPACE];
