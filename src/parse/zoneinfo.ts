import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A zone of the memory of a NUMA node. */
export interface MemoryZone {
  readonly node: string;
  readonly zone: string;
  /** Numbers by name: `min`, `present`, `nr_free_pages`. */
  readonly fields: ReadonlyMap<string, number>;
  /** Pages reserved against allocations for higher zones, by index of the higher zone. */
  readonly protection: readonly number[];
}

/**
 * Parses `/proc/zoneinfo`, a block of lines per zone. The block of the first zone of a node also contains the numbers of the node.
 * Numbers per CPU have a colon after the name and are left out.
 *
 *     Node 0, zone      DMA
 *       per-node stats
 *           nr_inactive_anon 50968
 *       pages free     3840
 *             min      30
 *             protection: (0, 3019, 8395, 8395, 8395)
 *           nr_free_pages 3840
 *
 * `zoneinfo_show_print()` in https://elixir.bootlin.com/linux/latest/source/mm/vmstat.c
 */
export function parseZoneinfo(text: string): readonly MemoryZone[] {
  const zones: ParsedZone[] = [];
  for (const line of splitLines(text)) {
    const [, node, zone] = /^Node (\d+), zone\s+(\S+)$/.exec(line) ?? [];
    if (node !== undefined && zone !== undefined) zones.push({ node, zone, fields: new Map(), protection: [] });
    else parseField(line, zones.at(-1));
  }
  return zones;
}

interface ParsedZone extends MemoryZone {
  readonly fields: Map<string, number>;
  protection: readonly number[];
}

function parseField(line: string, zone: ParsedZone | undefined): void {
  // Lines of a zone are indented.
  if (zone === undefined || !line.startsWith(' ')) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const [name = '', value, more] = splitWords(line);
  if (name === 'protection:') zone.protection = parseProtection(line);
  // Headings such as "pagesets" have no number, and "pages free 3840" is also printed as nr_free_pages.
  else if (value !== undefined && more === undefined && /^\w+$/.test(name) && /^-?\d/.test(value)) {
    zone.fields.set(name, parseDecimal(value));
  }
}

function parseProtection(line: string): readonly number[] {
  const [, list] = /: \((.*)\)$/.exec(line.trimEnd()) ?? [];
  if (list === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return list.split(', ').map(parseUnsigned);
}
