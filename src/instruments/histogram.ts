import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';

/** An instrument that receives each observed value from the program. */
export interface Observer<L extends string> {
  /**
   * Adds an observation to the series with these labels.
   *
   * @throws {TypeError} if the value is not a finite number, or if a label is missing, undeclared or not a string
   */
  observe(value: number, ...labels: LabelArguments<L>): void;
}

/** An instrument that counts observed values in buckets. */
export interface Histogram<L extends string = never> extends Instrument<L, 'histogram'>, Observer<L>, Removable<L> {}

export interface HistogramOptions {
  /**
   * Upper bounds of the buckets in ascending order, without `+Inf`. The default is the same as in the Prometheus client
   * libraries: 0.005 to 10, for durations of requests in seconds.
   */
  readonly buckets?: readonly number[];
}

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Declares a histogram. Either the program observes values, or a collector emits the histogram of another program.
 *
 * @param name metric name exactly as in the exposition, without `_bucket`, `_sum` and `_count`
 * @param help one sentence
 * @param labels label names; `le` is reserved
 * @throws {RangeError} if the buckets are not in ascending order
 */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  { buckets = DEFAULT_BUCKETS }: HistogramOptions = {},
): Histogram<L> {
  if (!buckets.every((bound, index) => bound > (buckets[index - 1] ?? Number.NEGATIVE_INFINITY))) {
    throw new RangeError(`Cannot declare ${name}: expected ascending buckets instead of ${buckets.join(', ')}`);
  }
  const { family, series } = createInstrument('histogram', [name, help, labels], {
    createAccumulator: () => new HistogramBuckets(buckets),
    readValue: ({ value }) => value,
  });
  return Object.assign(family, {
    observe(value: number, ...[labelValues]: LabelArguments<L>): void {
      requireFinite(value, name);
      series.getOrCreate(labelValues).observe(value);
    },
  });
}

/** @throws {TypeError} if the value is infinite or NaN, because the sum of the observations would never be finite again */
export function requireFinite(value: number, family: string): void {
  if (!Number.isFinite(value)) {
    throw new TypeError(`Cannot observe ${String(value)} in ${family}: expected a finite number`);
  }
}
