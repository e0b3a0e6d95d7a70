import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Returns the number at an index of the line that starts with a key: 0 if the kernel does not print the number, `undefined`
 * if it is malformed. A malformed number is reported when it is requested: no metric needs the other columns of its line.
 */
export type RpcStats = (key: string, index: number) => number | undefined;

/** Names of the lines that contain values of metrics. */
const KEYS: ReadonlySet<string> = new Set([
  ...['net', 'rpc', 'rc', 'fh', 'io', 'th', 'ra'],
  ...['proc2', 'proc3', 'proc4', 'proc4ops', 'wdeleg_getattr'],
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
  const rows = new Map<string, RpcRow | undefined>();
  for (const line of splitLines(text)) {
    const [key = '', ...words] = splitWords(line);
    if (!KEYS.has(key) || rows.has(key)) continue;
    rows.set(key, key.startsWith('proc') ? tryParse(withoutCount, line, report) : { line, words });
  }
  // Every kernel prints this line. Without the check, a damaged file would be parsed as zeros.
  if (!rows.has('rpc')) throw new SyntaxError(`expected a line "rpc" in ${quote(text)}`);
  return (key, index) => {
    if (!rows.has(key)) return 0;
    const row = rows.get(key);
    if (row === undefined) return undefined;
    const word = row.words[index];
    return word === undefined ? 0 : tryParse(parseDecimal, word, reportIn(row.line, report));
  };
}

interface RpcRow {
  readonly line: string;
  /** Numbers of the line, without its key. */
  readonly words: readonly string[];
}

/** @throws {SyntaxError} if the count is wrong, because the procedure of each number is then unknown */
function withoutCount(line: string): RpcRow {
  const [, count = '', ...words] = splitWords(line);
  if (parseDecimal(count) !== words.length) throw new SyntaxError(`expected ${count} numbers in ${quote(line)}`);
  return { line, words };
}
