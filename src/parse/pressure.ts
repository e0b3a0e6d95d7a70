import { linesOf, parseUnsigned, quote } from './lines.ts';

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
  const totals = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [kind = ''] = line.split(' ', 1);
    if (!KINDS.has(kind)) continue;
    const total = / total=(\S*)/.exec(line)?.[1];
    if (total === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    totals.set(kind, parseUnsigned(total));
  }
  if (totals.size === 0) throw new SyntaxError(`expected a line of "some" or "full" in ${quote(text)}`);
  return { some: totals.get('some'), full: totals.get('full') };
}

const KINDS: ReadonlySet<string> = new Set(['some', 'full']);
