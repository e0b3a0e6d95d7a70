import { parseUnsigned, splitLines, splitWords } from './lines.ts';

/**
 * Parses `/sys/fs/xfs/<device>/stats/stats` into the numbers of each line by the name of the line:
 *
 *     extent_alloc 4260849 125170297 4618726 131131897
 *
 * https://xfs.org/index.php/Runtime_Stats
 */
export function parseXfsStats(text: string): ReadonlyMap<string, readonly number[]> {
  return new Map(
    splitLines(text).map((line) => {
      const [row = '', ...counts] = splitWords(line);
      return [row, counts.map(parseUnsigned)];
    }),
  );
}
