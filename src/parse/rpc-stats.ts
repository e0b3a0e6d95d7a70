import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';

/** The numbers of each line by its key. A line that the kernel does not print is absent. */
export type RpcStats = ReadonlyMap<string, readonly number[]>;

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
export function parseRpcStats(text: string): RpcStats {
  const lines = new Map(splitLines(text).map(parseRpcLine));
  // Every kernel prints this line. Without the check, a damaged file would be parsed as zeros.
  if (!lines.has('rpc')) throw new SyntaxError(`expected a line "rpc" in ${quote(text)}`);
  return lines;
}

function parseRpcLine(line: string): [key: string, numbers: readonly number[]] {
  const [key = '', ...words] = splitWords(line);
  const [count, ...numbers] = words.map(parseDecimal);
  if (count === undefined || !/^[a-z][a-z0-9_]*$/.test(key)) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (!key.startsWith('proc')) return [key, [count, ...numbers]];
  if (count !== numbers.length) throw new SyntaxError(`expected ${count} numbers in ${quote(line)}`);
  return [key, numbers];
}
