import { parseHex, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Statistics of a network subsystem by CPU. */
export interface NetStatTable {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** One row per possible CPU, with one number per name. A malformed number is `undefined`. */
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
  const lines = splitLines(text);
  const header = findHeader(lines);
  const names = splitWords(lines[header] ?? '');
  if (names.length === 0) throw new SyntaxError(`expected names in ${quote(lines[0] ?? '')}`);
  const rows: (number | undefined)[][] = [];
  for (const line of lines.slice(header + 1)) {
    const words = splitWords(line);
    const isWhole = words.length === names.length;
    if (!isWhole || !isRow(words)) report(new SyntaxError(`expected ${names.length} numbers in ${quote(line)}`));
    // The position of a row is the number of its CPU, so a row with malformed numbers is retained.
    if (!isRow(words)) continue;
    rows.push(
      names.map((_, index) => (isWhole ? tryParse(parseHex, words[index] ?? '', reportIn(line, report)) : undefined)),
    );
  }
  return { names, rows };
}

/** Returns whether a line is a row of numbers. The kernel prints each number with at least eight digits. */
function isRow(words: readonly string[]): boolean {
  return words.some((word) => /^[0-9a-f]{8,16}$/i.test(word));
}

/** Returns the index of the line with the names, which has as many words as the first row of numbers. */
function findHeader(lines: readonly string[]): number {
  const firstRow = lines.findIndex((line) => isRow(splitWords(line)));
  if (firstRow === -1) return 0;
  const columns = splitWords(lines[firstRow] ?? '').length;
  const isHeader = (line: string): boolean => {
    const words = splitWords(line);
    return words.length === columns && words.every((word) => /^[a-z]\w*$/i.test(word));
  };
  return Math.max(0, lines.slice(0, firstRow).findIndex(isHeader));
}
