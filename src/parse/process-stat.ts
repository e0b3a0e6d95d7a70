import { parseUnsigned, quote, wordsOf } from './lines.ts';

export interface ProcessStat {
  /** One letter: `R` runs, `S` sleeps, `D` waits for a disk, `Z` is dead and not yet buried. */
  readonly state: string;
  readonly threads: number;
}

/** Of the fields after the name, of which the state is the first. */
const THREADS_FIELD = 17;

/**
 * `/proc/<pid>/stat` and `/proc/<pid>/task/<tid>/stat`: `7 (a) b) S 1 7 7 0 -1 …`. The name is whatever the process
 * says, with blanks and parentheses: it ends at the last one.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseProcessStat(text: string): ProcessStat {
  const [state, ...fields] = wordsOf(text.slice(text.lastIndexOf(')') + 1).trim());
  const threads = fields[THREADS_FIELD - 1];
  if (state === undefined || !/^[A-Za-z]$/.test(state) || threads === undefined) {
    throw new SyntaxError(`expected the state of a process in ${quote(text)}`);
  }
  return { state, threads: parseUnsigned(threads) };
}
