import { parseDecimalSlice, quote, trimEnd } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

const NAME = /^[a-zA-Z]\w*$/;
/** Matches the start of a field, whether the field is wanted or not. */
const FIELD = /^[a-zA-Z]\w*( |$)/m;

/**
 * Parses the wanted fields of `/proc/vmstat`, a name and a number on each line: `pgfault 4321987`. Some fields count
 * events and others are numbers of pages; only the name of a field shows which.
 *
 * https://man7.org/linux/man-pages/man5/proc_vmstat.5.html
 */
export function parseVmstat(
  text: string,
  isWanted: (name: string) => boolean,
  report: ReportProblem = raise,
): ReadonlyMap<string, number> {
  if (!FIELD.test(text)) throw new SyntaxError(`expected a line such as "pgfault 4321987", got ${quote(text)}`);
  const fields = new Map<string, number>();
  const visit = (start: number, end: number): void => {
    const blank = text.indexOf(' ', start);
    const nameEnd = blank === -1 || blank > end ? end : blank;
    const name = text.slice(start, nameEnd);
    if (!isWanted(name) || !NAME.test(name)) return;
    if (nameEnd === end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    fields.set(name, parseDecimalSlice(text, nameEnd + 1, trimEnd(text, end)));
  };
  visitRows(text, visit, report);
  return fields;
}
