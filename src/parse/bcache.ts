import { parseDecimal, quote, splitLines } from './lines.ts';

const POWERS = 'kMGTPEZY';

/**
 * A number as bch_hprint() of the kernel shortens it: `1.1M`, `-427.5k`, `512`. What is after the point is not a
 * fraction of ten but a remainder of 1,024 divided by 100, so `.10` is more than `.9`.
 */
export function parseBcacheNumber(text: string): number {
  const trimmed = text.trim();
  const power = POWERS.indexOf(trimmed.at(-1) ?? '') + 1;
  if (power === 0) return Math.trunc(parseDecimal(trimmed));
  const [, sign, whole = '', remainder = '0'] = /^(-?)(\d{1,20})(?:\.(\d{1,4}))?$/.exec(trimmed.slice(0, -1)) ?? [];
  if (sign === undefined) throw new SyntaxError(`expected a number, got ${quote(trimmed)}`);
  const value = Math.trunc((Number(whole) + Number(remainder) / 10.24) * 1024 ** power);
  return sign === '-' ? -value : value;
}

/**
 * The numbers of bdev0/writeback_rate_debug by their names: `rate:           1.1M/sec`
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
export function parseWritebackRate(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [, name, value] =
      /^(rate|dirty|target|proportional|integral|change):\s*(\S+?)(?:\/sec)?\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) numbers.set(name, parseBcacheNumber(value));
  }
  return numbers;
}

/** The shares of cache0/priority_stats by their names: `Unused:		99%` */
export function parsePriorityStats(text: string): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [, name, percent] = /^(\w+):\s*(\d{1,10})%\s*$/.exec(line) ?? [];
    if (name !== undefined) shares.set(name, Number(percent));
  }
  return shares;
}
