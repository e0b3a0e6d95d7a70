import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Parses `/sys/fs/xfs/<device>/stats/stats` into the numbers of each line by the name of the line:
 *
 *     extent_alloc 4260849 125170297 4618726 131131897
 *
 * https://xfs.org/index.php/Runtime_Stats
 *
 * @param wanted number of wanted columns by name of the line. Kernels print other lines too, even with texts: `gc xpc 7`.
 * @returns `undefined` for a malformed number
 */
export function parseXfsStats(
  text: string,
  wanted: ReadonlyMap<string, number>,
  report: ReportProblem = raise,
): ReadonlyMap<string, readonly (number | undefined)[]> {
  const rows = new Map<string, readonly (number | undefined)[]>();
  for (const line of splitLines(text)) {
    const [name = '', ...words] = splitWords(line);
    const columns = rows.has(name) ? 0 : (wanted.get(name) ?? 0);
    if (columns === 0) continue;
    rows.set(
      name,
      words.slice(0, columns).map((word) => tryParse(parseUnsigned, word, reportIn(line, report))),
    );
  }
  if (rows.size === 0) throw new SyntaxError(`expected a line such as "rw 7 8" in ${quote(text)}`);
  return rows;
}
