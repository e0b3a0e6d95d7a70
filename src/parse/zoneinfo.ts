import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A memory zone of a NUMA node. */
export interface MemoryZone {
  readonly node: string;
  readonly zone: string;
  /** Numbers by name, such as `min`, `present` or `nr_free_pages`. */
  readonly fields: ReadonlyMap<string, number>;
  /**
   * Free pages that an allocation meant for a higher zone must leave in this zone, by index of the higher zone;
   * `undefined` for a malformed number.
   */
  readonly protection: readonly (number | undefined)[];
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
export function parseZoneinfo(
  text: string,
  wanted: { has(field: string): boolean },
  report: ReportProblem = raise,
): readonly MemoryZone[] {
  const zones: ParsedZone[] = [];
  let zone: ParsedZone | undefined;
  for (const line of splitLines(text)) {
    if (line.startsWith('Node ')) {
      zone = startZone(line);
      if (zone === undefined) report(new SyntaxError(`unexpected line ${quote(line)}`));
      else zones.push(zone);
    } else if (zone !== undefined) parseField(zone, line, wanted, report);
  }
  if (zones.length === 0) throw new SyntaxError(`expected a line such as "Node 0, zone DMA" in ${quote(text)}`);
  return zones;
}

interface ParsedZone extends MemoryZone {
  readonly fields: Map<string, number>;
  protection: MemoryZone['protection'];
}

/** Returns `undefined` for a malformed line. The fields in the next lines then belong to no known zone. */
function startZone(line: string): ParsedZone | undefined {
  const [, node, zone] = /^Node (\d+), zone\s+(\S+)\s*$/.exec(line) ?? [];
  if (node === undefined || zone === undefined) return undefined;
  return { node, zone, fields: new Map(), protection: [] };
}

function parseField(
  zone: ParsedZone,
  line: string,
  wanted: { has(field: string): boolean },
  report: ReportProblem,
): void {
  const [name = '', value = '', more] = splitWords(line);
  if (name === 'protection:') {
    zone.protection = parseProtection(line, report);
    return;
  }
  // "pages free 3840" is left out because nr_free_pages has the same number.
  if (!wanted.has(name) || more !== undefined) return;
  const number = tryParse(parseDecimal, value, reportIn(line, report));
  if (number !== undefined) zone.fields.set(name, number);
}

function parseProtection(line: string, report: ReportProblem): MemoryZone['protection'] {
  const [, list] = /: \((.*)\)$/.exec(line.trimEnd()) ?? [];
  if (list === undefined) {
    report(new SyntaxError(`unexpected line ${quote(line)}`));
    return [];
  }
  return list.split(', ').map((number) => tryParse(parseUnsigned, number, reportIn(line, report)));
}
