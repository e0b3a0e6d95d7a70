import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Returns the number at an index of the line that starts with a key: 0 if the kernel does not print the number, `undefined`
 * if it is malformed.
 */
export type RpcStats = (key: string, index: number) => number | undefined;

/** The lines that contain numbers of metrics. */
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
  const lines = new Map<string, readonly (number | undefined)[] | undefined>();
  for (const line of splitLines(text)) {
    const [key = '', ...words] = splitWords(line);
    if (!KEYS.has(key) || lines.has(key)) continue;
    const numbers = words.map((word) => tryParse(parseDecimal, word, reportIn(line, report)));
    lines.set(key, key.startsWith('proc') ? withoutCount(numbers, line, report) : numbers);
  }
  // Every kernel prints this line. Without the check, a damaged file would be parsed as zeros.
  if (!lines.has('rpc')) throw new SyntaxError(`expected a line "rpc" in ${quote(text)}`);
  return (key, index) => {
    const numbers = lines.get(key);
    if (numbers === undefined) return lines.has(key) ? undefined : 0;
    return index < numbers.length ? numbers[index] : 0;
  };
}

/** Returns `undefined` and reports if the count differs: which number belongs to which procedure is then not known. */
function withoutCount(
  [count, ...numbers]: readonly (number | undefined)[],
  line: string,
  report: ReportProblem,
): readonly (number | undefined)[] | undefined {
  if (count === numbers.length) return numbers;
  if (count !== undefined) report(new SyntaxError(`expected ${count} numbers in ${quote(line)}`));
  return undefined;
}
