import { forEachLine, parseDecimalSlice, quote } from './lines.ts';

const NAME = /^[a-zA-Z0-9_]+$/;

/**
 * Parses the wanted fields of `/proc/vmstat`, a name and a number on each line: `pgfault 4321987`. Some fields count
 * events and others are numbers of pages; only the name of a field shows which.
 *
 * https://man7.org/linux/man-pages/man5/proc_vmstat.5.html
 */
export function parseVmstat(text: string, isWanted: (name: string) => boolean): ReadonlyMap<string, number> {
  const fields = new Map<string, number>();
  forEachLine(text, (start, end) => {
    const blank = text.indexOf(' ', start);
    const nameEnd = blank === -1 || blank > end ? end : blank;
    const name = text.slice(start, nameEnd);
    if (!isWanted(name)) return;
    if (nameEnd === end || !NAME.test(name)) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    fields.set(name, parseDecimalSlice(text, nameEnd + 1, end));
  });
  return fields;
}
