import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A memory zone of a NUMA node. */
export interface MemoryZone {
  readonly node: string;
  readonly zone: string;
  /** Numbers by name, such as `min`, `present` or `nr_free_pages`. */
  readonly fields: ReadonlyMap<string, number>;
  /** Free pages that an allocation meant for a higher zone must leave in this zone, by index of the higher zone. */
  readonly protection: readonly number[];
}

/**
 * Parses `/proc/zoneinfo`, a block of lines per zone. The block of the first zone of a node also contains the numbers of
 * the node. Numbers of single CPUs have a colon after the name and are left out.
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
  // A line that is not indented can only be the first line of a zone.
  if (zone === undefined || !line.startsWith(' ')) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const [name = '', value, more] = splitWords(line);
  if (name === 'protection:') zone.protection = parseProtection(line);
  // A heading such as "pagesets" has no number. "pages free 3840" is left out because nr_free_pages has the same number.
  else if (value !== undefined && more === undefined && /^\w+$/.test(name) && /^-?\d/.test(value)) {
    zone.fields.set(name, parseDecimal(value));
  }
}

function parseProtection(line: string): readonly number[] {
  const [, list] = /: \((.*)\)$/.exec(line.trimEnd()) ?? [];
  if (list === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return list.split(', ').map(parseUnsigned);
}
