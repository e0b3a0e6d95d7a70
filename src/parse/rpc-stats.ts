import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';

/** The numbers of a line by their places, and 0 where this kernel prints none. */
export type RpcStats = (key: string, place: number) => number;

/**
 * `/proc/net/rpc/nfs` and `/proc/net/rpc/nfsd`: a word and numbers on each line. Those of `proc2` to `proc4ops` begin with
 * how many follow; newer kernels have more, and older ones fewer.
 *
 *     net 70 70 69 45
 *     proc3 22 1 5 0 …
 *
 * https://man7.org/linux/man-pages/man8/nfsstat.8.html
 */
export function parseRpcStats(text: string): RpcStats {
  const lines = new Map(splitLines(text).map(parseRpcLine));
  // In all of them: a file without it is damaged, and not one of zeros.
  if (!lines.has('rpc')) throw new SyntaxError(`expected a line of "rpc" in ${quote(text)}`);
  return (key, place) => lines.get(key)?.[place] ?? 0;
}

function parseRpcLine(line: string): [key: string, numbers: readonly number[]] {
  const [key = '', ...words] = splitWords(line);
  const [count, ...numbers] = words.map(parseDecimal);
  if (count === undefined || !/^[a-z][a-z0-9_]*$/.test(key)) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (!key.startsWith('proc')) return [key, [count, ...numbers]];
  if (count !== numbers.length) throw new SyntaxError(`expected ${count} numbers in ${quote(line)}`);
  return [key, numbers];
}
