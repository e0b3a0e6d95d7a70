import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A zone of a node's memory. */
export interface Zone {
  readonly node: string;
  readonly zone: string;
  /** By the kernel's names: `min`, `present`, `nr_free_pages`. */
  readonly fields: ReadonlyMap<string, number>;
  /** Pages that allocations for higher zones leave here, by the zone they are for. */
  readonly protection: readonly number[];
}

/**
 * `/proc/zoneinfo`: a block of lines for each zone. What is counted for a whole node stands in the block of its first
 * zone, and what is counted for each CPU has a colon after its name and is left out.
 *
 *     Node 0, zone      DMA
 *       per-node stats
 *           nr_inactive_anon 50968
 *       pages free     3840
 *             min      30
 *             protection: (0, 3019, 8395, 8395, 8395)
 *           nr_free_pages 3840
 *
 * zoneinfo_show_print() in https://elixir.bootlin.com/linux/latest/source/mm/vmstat.c
 */
export function parseZoneinfo(text: string): readonly Zone[] {
  const zones: ZoneBeingRead[] = [];
  for (const line of splitLines(text)) {
    const [, node, zone] = /^Node (\d+), zone\s+(\S+)$/.exec(line) ?? [];
    if (node !== undefined && zone !== undefined) zones.push({ node, zone, fields: new Map(), protection: [] });
    else readLine(line, zones.at(-1));
  }
  return zones;
}

interface ZoneBeingRead extends Zone {
  readonly fields: Map<string, number>;
  protection: readonly number[];
}

function readLine(line: string, zone: ZoneBeingRead | undefined): void {
  // What belongs to a zone is indented.
  if (zone === undefined || !line.startsWith(' ')) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const [name = '', value, more] = splitWords(line);
  if (name === 'protection:') zone.protection = parseProtection(line);
  // Headings, such as "pagesets", have no number, and "pages free 3840" says what nr_free_pages does.
  else if (value !== undefined && more === undefined && /^\w+$/.test(name) && /^-?\d/.test(value)) {
    zone.fields.set(name, parseDecimal(value));
  }
}

function parseProtection(line: string): readonly number[] {
  const [, list] = /: \((.*)\)$/.exec(line.trimEnd()) ?? [];
  if (list === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return list.split(', ').map(parseUnsigned);
}
