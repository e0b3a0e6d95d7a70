import { BYTES_PER_KIB, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/**
 * Parses `/proc/meminfo` into values by name; values in `kB` are converted to bytes.
 *
 *     MemTotal:        4028532 kB
 *     Active(anon):     123456 kB
 *     HugePages_Total:       0
 *
 * https://man7.org/linux/man-pages/man5/proc_meminfo.5.html
 */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const fields = new Map<string, number>();
  for (const line of splitLines(text)) {
    const colon = line.indexOf(':');
    const [number, unit, more] = splitWords(line.slice(colon + 1));
    if (colon < 1 || number === undefined || more !== undefined || (unit !== undefined && unit !== 'kB')) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    fields.set(line.slice(0, colon), parseUnsigned(number) * (unit === 'kB' ? BYTES_PER_KIB : 1));
  }
  return fields;
}

/** Returns the name of a field as node_exporter writes it in metric names: `Active_anon` for `Active(anon)`. */
export function toMetricPart(field: string): string {
  return field.replace('(', '_').replace(')', '');
}
