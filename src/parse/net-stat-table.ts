import { parseHex, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Statistics of a network subsystem by CPU. */
export interface NetStatTable {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** One row per possible CPU, with one number per name; `undefined` for a malformed number. */
  readonly rows: readonly (readonly (number | undefined)[])[];
}

/**
 * Parses a file of `/proc/net/stat`: a line of names, then a line of hexadecimal numbers per CPU. The columns differ
 * between kernel versions.
 *
 *     entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop …
 *     00000021  00000000 00000000 00000000 00000003 00000519 00000000 00000000 00000000 00000000 …
 *
 * https://man7.org/linux/man-pages/man8/lnstat.8.html
 */
export function parseNetStatTable(text: string, report: ReportProblem = raise): NetStatTable {
  const [header = '', ...lines] = splitLines(text);
  const names = splitWords(header);
  if (names.length === 0) throw new SyntaxError(`expected names in ${quote(header)}`);
  const rows: (number | undefined)[][] = [];
  for (const line of lines) {
    const words = splitWords(line);
    const isWhole = words.length === names.length;
    if (!isWhole) report(new SyntaxError(`expected ${names.length} numbers in ${quote(line)}`));
    // The number of a row is the number of its CPU, so a row of numbers counts also if one of them is missing.
    if (isWhole) rows.push(words.map((word) => tryParse(parseHex, word, reportIn(line, report))));
    else if (ROW_START.test(line)) rows.push(names.map(() => undefined));
  }
  return { names, rows };
}

/** The kernel prints each number with at least eight digits. */
const ROW_START = /^[0-9a-f]{8,16}(?: |$)/i;
