import type { AnyFamily, HistogramValue, Sample, SummaryValue } from '../metrics/metric.ts';

/** The properties of `T`, with unknown types. A program in JavaScript may pass an object with wrong types. */
type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** Returns whether the values of a family are numbers. The values of other families are histograms or summaries. */
export function hasNumbers({ type }: AnyFamily): boolean {
  return type !== 'histogram' && type !== 'summary';
}

/** Returns the reason why a value is not valid for its family; `undefined` if the value is valid. */
export function validateValue({ type }: AnyFamily, value: Sample['value']): string | undefined {
  if (type === 'histogram') return isHistogram(value) ? undefined : 'the value is not a valid histogram';
  if (type === 'summary') return isSummary(value) ? undefined : 'the value is not a valid summary';
  if (isNumber(value)) return undefined;
  return `the value ${typeof value === 'number' ? 'NaN' : (JSON.stringify(value) ?? 'undefined')} is not a number`;
}

function isHistogram(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { bounds, counts, sum, count }: Unchecked<HistogramValue> = value;
  if (!isAscending(bounds) || !isNumberArray(counts) || counts.length !== bounds.length) return false;
  const last = counts.at(-1) ?? 0;
  return isNumber(sum) && isNumber(count) && count >= last && counts.every((n, i) => n >= (counts[i - 1] ?? 0));
}

function isSummary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { quantiles, sum, count }: Unchecked<SummaryValue> = value;
  if (!Array.isArray(quantiles) || !isNumber(sum) || !isNumber(count)) return false;
  // Only the quantiles are validated. Their values are NaN in a summary without observations.
  return isAscending(quantiles.map((pair: unknown) => (Array.isArray(pair) ? pair[0] : undefined)));
}

function isAscending(value: unknown): value is readonly number[] {
  return isNumberArray(value) && value.every((number, index) => index === 0 || number > (value[index - 1] ?? number));
}

function isNumberArray(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

/** Returns whether a value is a number other than NaN. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}
