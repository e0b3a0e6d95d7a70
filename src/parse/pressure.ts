import { createForwardSearch, findWordEnd, parseUnsignedSlice, quote } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

/** Total time for which tasks waited for a resource, in microseconds; `undefined` if the kernel does not print the line. */
export interface Pressure {
  /** Time during which at least one task waited. */
  readonly some: number | undefined;
  /** Time during which all non-idle tasks waited. */
  readonly full: number | undefined;
}

/**
 * Parses `/proc/pressure/<resource>` and `<resource>.pressure` of a cgroup:
 *
 *     some avg10=0.10 avg60=2.00 avg300=3.85 total=15
 *     full avg10=0.20 avg60=3.00 avg300=4.95 total=25
 *
 * https://docs.kernel.org/accounting/psi.html
 */
export function parsePressure(text: string, report: ReportProblem = raise): Pressure {
  let some: number | undefined;
  let full: number | undefined;
  let isPressure = false;
  const findTotal = createForwardSearch(text, TOTAL);
  const visit = (start: number, end: number): void => {
    const isSome = text.startsWith(SOME, start);
    if (!isSome && !text.startsWith(FULL, start)) return;
    isPressure = true;
    const total = totalIn(text, { start, end, at: findTotal(start) });
    if (isSome) some ??= total;
    else full ??= total;
  };
  visitRows(text, visit, report);
  if (!isPressure) throw new SyntaxError(`expected a line "some" or "full" in ${quote(text)}`);
  return { some, full };
}

const SOME = 'some ';
const FULL = 'full ';
const TOTAL = ' total=';

function totalIn(text: string, { start, end, at }: { start: number; end: number; at: number }): number {
  if (at === -1 || at > end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
  const number = at + TOTAL.length;
  return parseUnsignedSlice(text, number, Math.min(end, findWordEnd(text, number)));
}
