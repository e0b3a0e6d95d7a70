import { parseHex, quote, splitLines, splitWords } from './lines.ts';

/** Statistics of a network subsystem by CPU. */
export interface NetStatTable {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** One row per possible CPU, with one number per name. */
  readonly rows: readonly (readonly number[])[];
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
export function parseNetStatTable(text: string): NetStatTable {
  const [header = '', ...lines] = splitLines(text);
  const names = splitWords(header);
  if (names.length === 0) throw new SyntaxError(`expected names in ${quote(header)}`);
  const rows = lines.map((line) => {
    const row = splitWords(line).map(parseHex);
    if (row.length !== names.length) throw new SyntaxError(`expected ${names.length} numbers in ${quote(line)}`);
    return row;
  });
  return { names, rows };
}
