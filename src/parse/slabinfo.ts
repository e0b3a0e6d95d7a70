import { findWordEnd, forEachWord, parseUnsigned, quote, splitLines } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A cache of the kernel's slab allocator; `undefined` for a malformed number. */
export interface Slab {
  /** Name that a driver has chosen. Several caches may have one name: a driver creates a cache for each device. */
  readonly name: string;
  readonly activeObjects: number | undefined;
  readonly objects: number | undefined;
  readonly objectBytes: number | undefined;
  readonly objectsPerSlab: number | undefined;
  readonly pagesPerSlab: number | undefined;
}

/** Columns between the name and the tunables. */
const COLUMNS = 5;
const TUNABLES = ' : tunables ';
const HEADING = 'slabinfo - ';

/**
 * Parses version 2.1 of `/proc/slabinfo`, which the kernel prints since Linux 2.6.10. Names of caches may contain blanks.
 *
 *     slabinfo - version: 2.1
 *     # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables …
 *     tw_sock_TCP          704    864    256   32    2 : tunables    0    0    0 : slabdata     27     27      0
 *
 * https://man7.org/linux/man-pages/man5/slabinfo.5.html
 *
 * @param isWanted returns whether the cache with a name is wanted; other caches are skipped
 */
export function parseSlabinfo(
  text: string,
  isWanted: (name: string) => boolean,
  report: ReportProblem = raise,
): readonly Slab[] {
  if (!text.includes(HEADING)) throw new SyntaxError(`expected headings, got ${quote(text)}`);
  const rows = splitLines(text).filter((line) => !line.startsWith('#') && !line.startsWith(HEADING));
  return parseRows(rows, (line) => parseSlab(line, isWanted, report), report);
}

function parseSlab(line: string, isWanted: (name: string) => boolean, report: ReportProblem): Slab | undefined {
  const starts: number[] = [];
  forEachWord(line, (start) => starts.push(start), 0, line.indexOf(TUNABLES));
  const first = starts.length > COLUMNS ? starts.at(-COLUMNS) : undefined;
  if (first === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const name = line.slice(0, first).trimEnd();
  if (!isWanted(name)) return undefined;
  const [activeObjects, objects, objectBytes, objectsPerSlab, pagesPerSlab] = starts
    .slice(-COLUMNS)
    .map((start) => tryParse(parseUnsigned, line.slice(start, findWordEnd(line, start)), reportIn(line, report)));
  return { name, activeObjects, objects, objectBytes, objectsPerSlab, pagesPerSlab };
}
