import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';

/** What is observed, one by one. */
export interface Observer<L extends string> {
  /** @throws {TypeError} for what is no finite number */
  observe(value: number, ...labels: LabelArguments<L>): void;
}

export interface Histogram<L extends string = never> extends Instrument<L, 'histogram'>, Observer<L>, Removable<L> {}

export interface HistogramOptions {
  /** The upper bounds of its buckets, ascending; the last one, of everything, is there without a word. */
  readonly buckets?: readonly number[];
}

/** For durations of requests, in seconds: the bounds that Prometheus' own libraries have. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Observations counted in buckets. Either the program observes, or a collector emits at each scrape a distribution that
 * another program has kept.
 *
 * @throws {RangeError} for bounds that do not ascend
 */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  { buckets = BUCKETS }: HistogramOptions = {},
): Histogram<L> {
  if (!buckets.every((bound, index) => bound > (buckets[index - 1] ?? Number.NEGATIVE_INFINITY))) {
    throw new RangeError(`Cannot declare ${name}: its buckets do not ascend: ${buckets.join(', ')}`);
  }
  const { family, sets } = createInstrument('histogram', [name, help, labels], {
    create: () => new HistogramBuckets(buckets),
    read: ({ value }) => value,
  });
  return Object.assign(family, {
    observe(value: number, ...[set]: LabelArguments<L>): void {
      requireFinite(value, name);
      sets.at(set).observe(value);
    },
  });
}

/** One that is not finite would spoil the sum for ever. */
export function requireFinite(value: number, family: string): void {
  if (!Number.isFinite(value)) {
    throw new TypeError(`Cannot observe ${String(value)} in ${family}: it is no finite number`);
  }
}
