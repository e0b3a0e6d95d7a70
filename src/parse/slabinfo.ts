import { parseCounts, quote, splitLines } from './lines.ts';

/** A cache of the kernel's slab allocator. */
export interface Slab {
  readonly name: string;
  readonly activeObjects: number;
  readonly objects: number;
  readonly objectBytes: number;
  readonly objectsPerSlab: number;
  readonly pagesPerSlab: number;
}

const COLUMNS = /((?: +\d+){5}) : tunables(?: +\d+){3} : slabdata(?: +\d+){3}$/;

/**
 * Parses version 2.1 of `/proc/slabinfo`, which the kernel prints since Linux 2.6.10. Names of caches may contain blanks.
 *
 *     slabinfo - version: 2.1
 *     # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables …
 *     tw_sock_TCP          704    864    256   32    2 : tunables    0    0    0 : slabdata     27     27      0
 *
 * https://man7.org/linux/man-pages/man5/slabinfo.5.html
 */
export function parseSlabinfo(text: string): readonly Slab[] {
  return splitLines(text)
    .filter((line) => !line.startsWith('#') && !line.startsWith('slabinfo - '))
    .map(parseSlab);
}

function parseSlab(line: string): Slab {
  const columns = COLUMNS.exec(line.trimEnd());
  const [activeObjects, objects, objectBytes, objectsPerSlab, pagesPerSlab] = parseCounts(columns?.[1] ?? '', 0);
  if (
    columns === null ||
    activeObjects === undefined ||
    objects === undefined ||
    objectBytes === undefined ||
    objectsPerSlab === undefined ||
    pagesPerSlab === undefined
  ) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  return {
    name: line.slice(0, columns.index),
    activeObjects,
    objects,
    objectBytes,
    objectsPerSlab,
    pagesPerSlab,
  };
}
