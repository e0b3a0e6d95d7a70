import { parseDecimal, quote, requireContent, splitLines } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

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

const WRITEBACK_LINES: ReadonlySet<string> = new Set(['rate', 'dirty', 'target', 'proportional', 'integral', 'change']);

/**
 * Parses `bdev0/writeback_rate_debug` into numbers by name: `rate:           1.1M/sec`.
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
export function parseWritebackRateDebug(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  return parseNamed(text, report, (name, value) =>
    WRITEBACK_LINES.has(name) ? parseBcacheNumber(value.replace(/\/sec$/, '')) : undefined,
  );
}

const PRIORITY_LINES: ReadonlySet<string> = new Set(['Unused', 'Metadata']);

/**
 * Parses `cache0/priority_stats` into percentages by name: `Unused:		99%`.
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
export function parsePriorityStats(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  return parseNamed(text, report, (name, value) => (PRIORITY_LINES.has(name) ? parsePercentage(value) : undefined));
}

function parsePercentage(text: string): number {
  if (!/^\d{1,10}%$/.test(text)) throw new SyntaxError(`expected a percentage, got ${quote(text)}`);
  return Number(text.slice(0, -1));
}

/** @param parseValue parses one value; returns `undefined` for a line that is left out */
function parseNamed(
  text: string,
  report: ReportProblem,
  parseValue: (name: string, value: string) => number | undefined,
): ReadonlyMap<string, number> {
  const parseLine = (line: string): [string, number] | undefined => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    const value = parseValue(name, line.slice(colon + 1).trim());
    return value === undefined ? undefined : [name, value];
  };
  requireContent(text, 'a line such as "rate: 1.1M/sec" or "Unused: 99%"');
  return new Map(parseRows(splitLines(text), parseLine, report));
}
