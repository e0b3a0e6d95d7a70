import { parseDecimal, parseDigits, parseUnsigned, quote } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * State and times of a process or a thread. Times are in clock ticks; a second has `USER_HZ` ticks. A malformed number is
 * `undefined`.
 */
export interface ProcessStat {
  /** One letter, such as `R` for running, `S` for sleeping, `D` for uninterruptible sleep or `Z` for a zombie. */
  readonly state: string;
  readonly userTicks: number | undefined;
  readonly systemTicks: number | undefined;
  /** User time of children that have ended and for which the process has waited. */
  readonly childrenUserTicks: number | undefined;
  readonly childrenSystemTicks: number | undefined;
  readonly threads: number | undefined;
  /** Time from the boot of the host to the start of the process. */
  readonly startTicks: number | undefined;
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
export function parseProcessStat(text: string, report: ReportProblem = raise): ProcessStat {
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
  const nextNumber = (parse: (word: string) => number): number | undefined => {
    const end = nextEnd();
    const number = parseDigits(text, start, end) ?? tryParse(parse, text.slice(start, end), reportIn(text, report));
    start = end + 1;
    return number;
  };
  skipFields(10);
  const userTicks = nextNumber(parseUnsigned);
  const systemTicks = nextNumber(parseUnsigned);
  const childrenUserTicks = nextNumber(parseDecimal);
  const childrenSystemTicks = nextNumber(parseDecimal);
  skipFields(2);
  const threads = nextNumber(parseUnsigned);
  skipFields(1);
  const startTicks = nextNumber(parseUnsigned);
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
