import { parseUnsigned, quote, splitWords } from './lines.ts';

/** Averages over 1, 5 and 15 minutes of the number of tasks that run, wait for a CPU or are in uninterruptible sleep. */
export interface Loadavg {
  readonly load1: number;
  readonly load5: number;
  readonly load15: number;
}

/**
 * Parses `/proc/loadavg`: `0.57 0.80 0.77 1/79 2736`.
 *
 * https://man7.org/linux/man-pages/man5/proc_loadavg.5.html
 */
export function parseLoadavg(text: string): Loadavg {
  const [load1, load5, load15] = splitWords(text.trimEnd());
  if (load1 === undefined || load5 === undefined || load15 === undefined) {
    throw new SyntaxError(`expected three numbers in ${quote(text)}`);
  }
  return { load1: parseUnsigned(load1), load5: parseUnsigned(load5), load15: parseUnsigned(load15) };
}
