import { linesOf, parseUnsigned, wordsOf } from './lines.ts';

/**
 * /sys/fs/xfs/sda1/stats/stats: `extent_alloc 4260849 125170297 4618726 131131897`, the counts of each row by its name
 *
 * https://xfs.org/index.php/Runtime_Stats
 */
export function parseXfsStats(text: string): ReadonlyMap<string, readonly number[]> {
  return new Map(
    linesOf(text).map((line) => {
      const [row = '', ...counts] = wordsOf(line);
      return [row, counts.map(parseUnsigned)];
    }),
  );
}
