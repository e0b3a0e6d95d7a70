import { quote, requireContent, splitLines } from './lines.ts';
import { parseColumns, parseRows, type ReportProblem, raise } from './rows.ts';

/** Free memory of one zone of a NUMA node. */
export interface Buddyinfo {
  readonly node: string;
  readonly zone: string;
  /**
   * Number of free blocks by size. The number at index n counts the blocks of 2^n pages. A malformed number is `undefined`.
   */
  readonly blocks: readonly (number | undefined)[];
}

/**
 * Parses `/proc/buddyinfo`, one line per zone: `Node 0, zone   Normal  18297   6582    674`.
 *
 * https://man7.org/linux/man-pages/man5/proc_buddyinfo.5.html
 */
export function parseBuddyinfo(text: string, report: ReportProblem = raise): readonly Buddyinfo[] {
  requireContent(text, 'a line such as "Node 0, zone DMA 1 2"');
  const rows = parseRows(splitLines(text), (line) => ({ line, ...parseZone(line, report) }), report);
  // All zones have the same block sizes. If a line has another number of counts, its block sizes are unknown.
  const columns = mostFrequent(rows.map(({ blocks }) => blocks.length));
  return rows.flatMap(({ line, ...row }) => {
    if (row.blocks.length === columns) return [row];
    report(new SyntaxError(`expected ${columns} counts in ${quote(line)}`));
    return [];
  });
}

function parseZone(line: string, report: ReportProblem): Buddyinfo {
  const [start, node, zone] = /^Node (\d+), zone +(\S+)/.exec(line) ?? [];
  if (start === undefined || node === undefined || zone === undefined) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  return { node, zone, blocks: parseColumns(line, start.length, report) };
}

/**
 * Returns the number that occurs most often; 0 for an empty list. If several numbers occur equally often, returns the first
 * of them.
 */
function mostFrequent(numbers: readonly number[]): number {
  const groups = [...Map.groupBy(numbers, (number) => number).values()];
  return groups.toSorted((a, b) => b.length - a.length)[0]?.[0] ?? 0;
}
