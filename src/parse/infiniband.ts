import { parseDecimal, parseUnsigned, quote } from './lines.ts';

/** The `state` and `phys_state` of a port, by number: `4: ACTIVE`. */
export function parsePortState(text: string): number {
  const [number = '', name] = text.split(':');
  if (name === undefined) throw new SyntaxError(`expected a number and a name, got ${quote(text)}`);
  return parseUnsigned(number.trim());
}

const BYTES_PER_GIGABIT = 125_000_000;

/** The `rate` of a port in bytes per second: `2.5 Gb/sec (1X SDR)`. */
export function parsePortRate(text: string): number {
  const blank = text.indexOf(' ');
  if (blank < 0) throw new SyntaxError(`expected a number and a unit, got ${quote(text)}`);
  return Math.trunc(parseDecimal(text.slice(0, blank)) * BYTES_PER_GIGABIT);
}

/** A counter of a port; `undefined` when the port has nobody who counts (`N/A (no PMA)`). */
export function parsePortCounter(text: string): number | undefined {
  return text.includes('N/A (no PMA)') ? undefined : parseUnsigned(text.trim());
}
