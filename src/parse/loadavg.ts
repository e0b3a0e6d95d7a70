import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Load averages over 1, 5 and 15 minutes. The load is the number of tasks that run, wait for a CPU or are in
 * uninterruptible sleep. A malformed number is `undefined`.
 */
export interface Loadavg {
  readonly load1: number | undefined;
  readonly load5: number | undefined;
  readonly load15: number | undefined;
}

const AVERAGES = 3;

/**
 * Parses `/proc/loadavg`: `0.57 0.80 0.77 1/79 2736`. Lines without decimals are ignored.
 *
 * https://man7.org/linux/man-pages/man5/proc_loadavg.5.html
 */
export function parseLoadavg(text: string, report: ReportProblem = raise): Loadavg {
  const line = splitLines(text).find((candidate) => /\d\.\d/.test(candidate)) ?? '';
  const words = splitWords(line);
  if (words.length < AVERAGES) throw new SyntaxError(`expected three numbers in ${quote(text)}`);
  const reportNumber = reportIn(line, report);
  const [load1, load5, load15] = words.slice(0, AVERAGES).map((word) => tryParse(parseUnsigned, word, reportNumber));
  return { load1, load5, load15 };
}
