import type { AnyFamily, HistogramValue, Sample, SummaryValue } from '../metrics/metric.ts';

/** What a collector hands over need not be what the types say: it may be JavaScript. */
type Handed<T> = { readonly [K in keyof T]?: unknown };

export function isOfNumbers({ type }: AnyFamily): boolean {
  return type !== 'histogram' && type !== 'summary';
}

/** Why a value is none of its family; `undefined` when it is one. */
export function validateValue({ type }: AnyFamily, value: Sample['value']): string | undefined {
  if (type === 'histogram') return isDistribution(value) ? undefined : 'the value is no distribution';
  if (type === 'summary') return isSummary(value) ? undefined : 'the value is no summary';
  if (isNumber(value)) return undefined;
  return `the value ${typeof value === 'number' ? 'NaN' : (JSON.stringify(value) ?? 'undefined')} is no number`;
}

function isDistribution(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { bounds, counts, sum, count }: Handed<HistogramValue> = value;
  if (!isAscending(bounds) || !isNumbers(counts) || counts.length !== bounds.length) return false;
  const last = counts.at(-1) ?? 0;
  return isNumber(sum) && isNumber(count) && count >= last && counts.every((n, i) => n >= (counts[i - 1] ?? 0));
}

function isSummary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { quantiles, sum, count }: Handed<SummaryValue> = value;
  if (!Array.isArray(quantiles) || !isNumber(sum) || !isNumber(count)) return false;
  // The value of a quantile of nothing is NaN.
  return isAscending(quantiles.map((pair: unknown) => (Array.isArray(pair) ? pair[0] : undefined)));
}

function isAscending(value: unknown): value is readonly number[] {
  return isNumbers(value) && value.every((number, index) => index === 0 || number > (value[index - 1] ?? number));
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}
