import { linesThatBegin, quote, unsignedIn } from './lines.ts';

/** Microseconds since boot that tasks waited for a resource; a kernel that does not tell leaves one out. */
export interface Pressure {
  /** At least one task waited. */
  readonly some: number | undefined;
  /** All tasks waited at once. */
  readonly full: number | undefined;
}

/**
 * `/proc/pressure/<resource>`:
 *
 *     some avg10=0.10 avg60=2.00 avg300=3.85 total=15
 *     full avg10=0.20 avg60=3.00 avg300=4.95 total=25
 *
 * https://docs.kernel.org/accounting/psi.html
 */
export function parsePressure(text: string): Pressure {
  const [some, full] = [totalOf('some', text), totalOf('full', text)];
  if (some === undefined && full === undefined) {
    throw new SyntaxError(`expected a line of "some" or "full" in ${quote(text)}`);
  }
  return { some, full };
}

/** The last word of a line. */
const TOTAL = ' total=';

function totalOf(kind: string, text: string): number | undefined {
  const [line] = linesThatBegin(kind, text);
  if (line === undefined) return undefined;
  const at = line.indexOf(TOTAL);
  if (at === -1 || line[kind.length] !== ' ') throw new SyntaxError(`unexpected line ${quote(line)}`);
  return unsignedIn(line, at + TOTAL.length, line.length);
}
