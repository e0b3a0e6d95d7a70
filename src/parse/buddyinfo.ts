import { parseCounts, quote, splitLines } from './lines.ts';

/** How the free memory of a zone is cut. */
export interface Buddyinfo {
  readonly node: string;
  readonly zone: string;
  /** Free blocks of 2^n pages, by n. */
  readonly blocks: readonly number[];
}

/**
 * `/proc/buddyinfo`: `Node 0, zone   Normal  18297   6582    674`.
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
    // All zones are cut alike: where a count is missing, nobody can tell which.
    if (blocks.length !== columns) throw new SyntaxError(`expected ${columns} counts in ${quote(line)}`);
    return { node, zone, blocks };
  });
}
