import { parseDecimal, parseUnsigned, quote } from './lines.ts';

/** Times in clock ticks. */
export interface ProcessTimes {
  readonly command: string;
  readonly userTicks: number;
  readonly systemTicks: number;
  /** Of children that have ended and were waited for. */
  readonly childrenUserTicks: number;
  readonly childrenSystemTicks: number;
  /** When it started, after boot. */
  readonly startTicks: number;
}

/**
 * `/proc/<pid>/stat`; the command in brackets may hold blanks, brackets and newlines:
 *
 *     16854 (httpd) S 16833 16854 16854 0 -1 4194560 1057 285 4 4 2 0 0 0 20 0 1 0 98132 2322432 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseProcessTimes(text: string): ProcessTimes {
  const [open, close] = [text.indexOf(' ('), text.lastIndexOf(') ')];
  if (open === -1 || close < open) throw new SyntaxError(`expected a command in brackets in ${quote(text)}`);
  // The manual page counts from 1, and the field after the command is its third.
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  const field = (number: number): string => {
    const word = fields[number - 3];
    if (word === undefined) throw new SyntaxError(`expected ${number} fields in ${quote(text)}`);
    return word;
  };
  return {
    command: text.slice(open + 2, close),
    userTicks: parseUnsigned(field(14)),
    systemTicks: parseUnsigned(field(15)),
    childrenUserTicks: parseDecimal(field(16)),
    childrenSystemTicks: parseDecimal(field(17)),
    startTicks: parseUnsigned(field(22)),
  };
}
