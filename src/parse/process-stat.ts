import { parseDecimalSlice, parseUnsignedSlice, quote } from './lines.ts';

/** State and times of a process or a thread. Times are in clock ticks; a second has `USER_HZ` ticks. */
export interface ProcessStat {
  /** One letter, such as `R` for running, `S` for sleeping, `D` for uninterruptible sleep or `Z` for a zombie. */
  readonly state: string;
  readonly userTicks: number;
  readonly systemTicks: number;
  /** User time of children that have ended and for which the process has waited. */
  readonly childrenUserTicks: number;
  readonly childrenSystemTicks: number;
  readonly threads: number;
  /** Time from the boot of the host to the start of the process. */
  readonly startTicks: number;
}

/**
 * Parses `/proc/<pid>/stat` and `/proc/<pid>/task/<tid>/stat`. The second field is the name of the process in
 * parentheses. The name may contain blanks, parentheses and newlines, so it ends at the last `) ` of the file.
 *
 *     16854 (httpd) S 16833 16854 16854 0 -1 4194560 1057 285 4 4 2 0 0 0 20 0 1 0 98132 2322432 …
 *
 * Numbers are parsed in place: a pass reads this file for each of some thousand threads.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseProcessStat(text: string): ProcessStat {
  const stateStart = text.lastIndexOf(') ') + 2;
  if (stateStart < 2 || !/^[A-Za-z] $/.test(text.slice(stateStart, stateStart + 2))) {
    throw new SyntaxError(`expected the state of a process in ${quote(text)}`);
  }
  let start = stateStart + 2;
  const nextEnd = (): number => {
    const end = text.indexOf(' ', start);
    if (end === -1) throw new SyntaxError(`expected 22 fields in ${quote(text)}`);
    return end;
  };
  const skipFields = (count: number): void => {
    for (let field = 0; field < count; field += 1) start = nextEnd() + 1;
  };
  const nextNumber = (parse: typeof parseUnsignedSlice): number => {
    const end = nextEnd();
    const number = parse(text, start, end);
    start = end + 1;
    return number;
  };
  skipFields(10);
  const userTicks = nextNumber(parseUnsignedSlice);
  const systemTicks = nextNumber(parseUnsignedSlice);
  const childrenUserTicks = nextNumber(parseDecimalSlice);
  const childrenSystemTicks = nextNumber(parseDecimalSlice);
  skipFields(2);
  const threads = nextNumber(parseUnsignedSlice);
  skipFields(1);
  const startTicks = nextNumber(parseUnsignedSlice);
  return {
    state: text.charAt(stateStart),
    userTicks,
    systemTicks,
    childrenUserTicks,
    childrenSystemTicks,
    threads,
    startTicks,
  };
}
