import { parseDecimal, quote, splitLines } from './lines.ts';

const UNITS = 'kMGTPEZY';

/**
 * Parses a number that the kernel's bch_hprint() has abbreviated: `1.1M`, `-427.5k`, `512`. The digits after the point
 * are the remainder (0 to 1,023) divided by 100. They are not a decimal fraction: `.10` is larger than `.9`.
 */
export function parseBcacheNumber(text: string): number {
  const trimmed = text.trim();
  const power = UNITS.indexOf(trimmed.at(-1) ?? '') + 1;
  if (power === 0) return Math.trunc(parseDecimal(trimmed));
  const [, sign, whole = '', remainder = '0'] = /^(-?)(\d{1,20})(?:\.(\d{1,4}))?$/.exec(trimmed.slice(0, -1)) ?? [];
  if (sign === undefined) throw new SyntaxError(`expected a number, got ${quote(trimmed)}`);
  const value = Math.trunc((Number(whole) + Number(remainder) / 10.24) * 1024 ** power);
  return sign === '-' ? -value : value;
}

/**
 * Parses `bdev0/writeback_rate_debug` into numbers by name: `rate:           1.1M/sec`.
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
export function parseWritebackRateDebug(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [, name, value] =
      /^(rate|dirty|target|proportional|integral|change):\s*(\S+?)(?:\/sec)?\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) numbers.set(name, parseBcacheNumber(value));
  }
  return numbers;
}

/**
 * Parses `cache0/priority_stats` into percentages by name: `Unused:		99%`.
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
export function parsePriorityStats(text: string): ReadonlyMap<string, number> {
  const percentages = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [, name, percent] = /^(\w+):\s*(\d{1,10})%\s*$/.exec(line) ?? [];
    if (name !== undefined) percentages.set(name, Number(percent));
  }
  return percentages;
}
