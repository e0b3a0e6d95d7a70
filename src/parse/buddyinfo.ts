import { parseCounts, quote, splitLines } from './lines.ts';

/** Free memory of a zone of a NUMA node. */
export interface Buddyinfo {
  readonly node: string;
  readonly zone: string;
  /** Number of free blocks by size: index n counts the blocks of 2^n pages. */
  readonly blocks: readonly number[];
}

/**
 * Parses `/proc/buddyinfo`, one line per zone: `Node 0, zone   Normal  18297   6582    674`.
 *
 * https://man7.org/linux/man-pages/man5/proc_buddyinfo.5.html
 */
export function parseBuddyinfo(text: string): readonly Buddyinfo[] {
  let columns: number | undefined;
  return splitLines(text).map((line) => {
    const [start, node, zone] = /^Node (\d+), zone +(\S+)/.exec(line) ?? [];
    if (start === undefined || node === undefined || zone === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const blocks = parseCounts(line, start.length);
    columns ??= blocks.length;
    // All zones have the same block sizes. If a line has fewer counts than the first line, their block sizes are unknown.
    if (blocks.length !== columns) throw new SyntaxError(`expected ${columns} counts in ${quote(line)}`);
    return { node, zone, blocks };
  });
}
