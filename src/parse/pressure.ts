import { forEachLine, parseUnsignedSlice, quote } from './lines.ts';

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
export function parsePressure(text: string): Pressure {
  let some: number | undefined;
  let full: number | undefined;
  forEachLine(text, (start, end) => {
    if (text.startsWith(SOME, start)) some = totalIn(text, start, end);
    else if (text.startsWith(FULL, start)) full = totalIn(text, start, end);
  });
  if (some === undefined && full === undefined) {
    throw new SyntaxError(`expected a line "some" or "full" in ${quote(text)}`);
  }
  return { some, full };
}

const SOME = 'some';
const FULL = 'full';
const TOTAL = ' total=';

function totalIn(text: string, start: number, end: number): number {
  const at = text.indexOf(TOTAL, start);
  if (at === -1 || at > end || text[start + SOME.length] !== ' ') {
    throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
  }
  return parseUnsignedSlice(text, at + TOTAL.length, end);
}
