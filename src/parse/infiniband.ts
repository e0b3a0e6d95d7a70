import { parseDecimal, parseUnsigned, quote } from './lines.ts';

/**
 * Parses `state` or `phys_state` of a port. Returns the number of the state: 4 for `4: ACTIVE`.
 *
 * https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-class-infiniband
 */
export function parsePortState(text: string): number {
  const [number = '', name] = text.split(':');
  if (name === undefined) throw new SyntaxError(`expected a number and a name, got ${quote(text)}`);
  return parseUnsigned(number.trim());
}

const BYTES_PER_GIGABIT = 125_000_000;

/** Parses `rate` of a port, for example `2.5 Gb/sec (1X SDR)`. Returns bytes per second. */
export function parsePortRate(text: string): number {
  const blank = text.indexOf(' ');
  if (blank < 0) throw new SyntaxError(`expected a number and a unit, got ${quote(text)}`);
  return Math.trunc(parseDecimal(text.slice(0, blank)) * BYTES_PER_GIGABIT);
}

/**
 * Parses a counter of a port. Returns `undefined` for `N/A (no PMA)`, the text for a port without performance management.
 */
export function parsePortCounter(text: string): number | undefined {
  return text.includes('N/A (no PMA)') ? undefined : parseUnsigned(text.trim());
}
