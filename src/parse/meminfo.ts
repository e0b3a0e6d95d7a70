import { BYTES_PER_KIB, parseUnsignedSlice, quote, skipBlanks, trimEnd } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

const UNIT = ' kB';

/** Values of fields by name. A malformed number is `undefined`. */
export type MeminfoFields = ReadonlyMap<string, number | undefined>;

/**
 * Parses the wanted fields of `/proc/meminfo`. Returns values by name. A value in `kB` is converted to bytes. In a
 * container, the file may come from lxcfs, which prints NUL characters after the last line.
 *
 *     MemTotal:        4028532 kB
 *     Active(anon):     123456 kB
 *     HugePages_Total:       0
 *
 * https://man7.org/linux/man-pages/man5/proc_meminfo.5.html
 */
export function parseMeminfo(text: string, wanted: ReadonlySet<string>, report: ReportProblem = raise): MeminfoFields {
  const fields = new Map<string, number | undefined>();
  const visit = (start: number, lineEnd: number): void => {
    const end = trimEnd(text, lineEnd);
    const colon = text.indexOf(':', start);
    if (colon === -1 || colon >= end) return;
    const name = text.slice(start, colon);
    if (!wanted.has(name)) return;
    fields.set(name, undefined);
    const hasUnit = text.startsWith(UNIT, end - UNIT.length);
    const number = parseUnsignedSlice(text, skipBlanks(text, colon + 1), hasUnit ? end - UNIT.length : end);
    fields.set(name, hasUnit ? number * BYTES_PER_KIB : number);
  };
  visitRows(text, visit, report);
  if (fields.size === 0) throw new SyntaxError(`expected a line such as "MemTotal: 4028532 kB" in ${quote(text)}`);
  return fields;
}

/** Returns the name of a field in the form of node_exporter's metric names, for example `Active_anon` for `Active(anon)`. */
export function toMetricPart(field: string): string {
  return field.replace('(', '_').replace(')', '');
}
