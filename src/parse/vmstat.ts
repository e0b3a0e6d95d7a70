import { linesOf, parseDecimal, quote } from './lines.ts';

/**
 * `/proc/vmstat`: a name and a number on each line, `pgfault 4321987`. Events are counted, pages are as many as there
 * are now; nothing but the name tells which.
 * https://man7.org/linux/man-pages/man5/proc_vmstat.5.html
 */
export function parseVmstat(text: string): ReadonlyMap<string, number> {
  const fields = new Map<string, number>();
  for (const line of linesOf(text)) {
    const blank = line.indexOf(' ');
    const name = line.slice(0, blank);
    if (blank === -1 || !/^[a-zA-Z0-9_]+$/.test(name)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    fields.set(name, parseDecimal(line.slice(blank + 1)));
  }
  return fields;
}
