import { parseUnsigned, splitLines, splitWords } from './lines.ts';

/**
 * /sys/fs/xfs/sda1/stats/stats: `extent_alloc 4260849 125170297 4618726 131131897`, the counts of each row by its name
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
