import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * The numbers of each line by its key; `undefined` for a malformed number, and for a line with a wrong count of numbers. A
 * line that the kernel does not print is absent.
 */
export type RpcStats = ReadonlyMap<string, readonly (number | undefined)[] | undefined>;

/** Number of columns that metrics need, by the key of the line. */
const COLUMNS: ReadonlyMap<string, number> = new Map([
  ['net', 4],
  ['rpc', 5],
  ['rc', 3],
  ['fh', 1],
  ['io', 2],
  ['th', 1],
  ['ra', 12],
  ['wdeleg_getattr', 1],
  ...['proc2', 'proc3', 'proc4', 'proc4ops'].map((key) => [key, Number.POSITIVE_INFINITY] as const),
]);

/**
 * Parses `/proc/net/rpc/nfs` and `/proc/net/rpc/nfsd`: a key and numbers on each line. The lines `proc2` to `proc4ops`
 * start with the count of the numbers that follow, which differs between kernels. This count is left out, so index 0 is
 * the number after it.
 *
 *     net 70 70 69 45
 *     proc3 22 1 5 0 …
 *
 * https://man7.org/linux/man-pages/man8/nfsstat.8.html
 */
export function parseRpcStats(text: string, report: ReportProblem = raise): RpcStats {
  const lines = new Map<string, readonly (number | undefined)[] | undefined>();
  for (const line of splitLines(text)) {
    const [key = '', ...words] = splitWords(line);
    const columns = COLUMNS.get(key);
    if (columns === undefined || lines.has(key)) continue;
    const numbers = words.slice(0, columns).map((word) => tryParse(parseDecimal, word, reportIn(line, report)));
    lines.set(key, key.startsWith('proc') ? withoutCount(numbers, line, report) : numbers);
  }
  // Every kernel prints this line. Without the check, a damaged file would be parsed as zeros.
  if (!lines.has('rpc')) throw new SyntaxError(`expected a line "rpc" in ${quote(text)}`);
  return lines;
}

/**
 * Returns the numbers of a line without the count at the start of the line. If the count is wrong, reports the line and
 * returns `undefined`, because the procedure of each number is unknown.
 */
function withoutCount(
  [count, ...numbers]: readonly (number | undefined)[],
  line: string,
  report: ReportProblem,
): readonly (number | undefined)[] | undefined {
  if (count === numbers.length) return numbers;
  report(new SyntaxError(`expected ${count ?? 'a count of'} numbers in ${quote(line)}`));
  return undefined;
}
