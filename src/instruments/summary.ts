import { LogCollapsingLowestDenseDDSketch as Sketch } from '@datadog/sketches-js';
import type { SummaryValue } from '../metrics/metric.ts';
import { type Observer, requireFinite } from './histogram.ts';
import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';

/** An instrument that computes quantiles of observed values. */
export interface Summary<L extends string = never> extends Instrument<L, 'summary'>, Observer<L>, Removable<L> {}

export interface SummaryOptions {
  /** Quantiles to report, from 0 to 1 in ascending order. Default: 0.5, 0.9 and 0.99. */
  readonly quantiles?: readonly number[];
}

const DEFAULT_QUANTILES = [0.5, 0.9, 0.99];

/** Maximum relative error of a quantile's value. */
const RELATIVE_ACCURACY = 0.005;
/**
 * Maximum number of bins per series for positive values; negative values have the same number of bins. The bins cover
 * values over eight orders of magnitude, and occupy at most 16 KiB for each sign.
 */
const MAX_BINS = 2048;

/**
 * Declares a summary: quantiles over all observations since the start. Each reported value differs from an observed value
 * by at most 0.5 %. The memory of a series is limited. Unlike histograms, summaries of several processes cannot be
 * aggregated.
 *
 * Either the program observes values, or a collector emits the summary of another program.
 *
 * @param name metric name exactly as in the exposition, without `_sum` and `_count`
 * @param help one sentence
 * @param labels label names; `quantile` is reserved
 * @throws {RangeError} if the quantiles are not in ascending order or not between 0 and 1
 * @see https://www.vldb.org/pvldb/vol12/p2195-masson.pdf (DDSketch)
 */
export function summary<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  { quantiles = DEFAULT_QUANTILES }: SummaryOptions = {},
): Summary<L> {
  if (
    !quantiles.every((quantile, index) => quantile > (quantiles[index - 1] ?? -1) && quantile >= 0 && quantile <= 1)
  ) {
    throw new RangeError(
      `Cannot declare ${name}: expected ascending quantiles from 0 to 1 instead of ${quantiles.join(', ')}`,
    );
  }
  const { family, series } = createInstrument('summary', [name, help, labels], {
    createAccumulator: () => new Sketch({ relativeAccuracy: RELATIVE_ACCURACY, binLimit: MAX_BINS }),
    readValue: (sketch) => toSummaryValue(sketch, quantiles),
  });
  return Object.assign(family, {
    observe(value: number, ...[labelValues]: LabelArguments<L>): void {
      requireFinite(value, name);
      series.getOrCreate(labelValues).accept(value);
    },
  });
}

/** Returns the value to report. Without observations, every quantile is NaN, as in the Prometheus client libraries. */
function toSummaryValue(sketch: Sketch, quantiles: readonly number[]): SummaryValue {
  return {
    quantiles: quantiles.map((quantile) => [quantile, sketch.getValueAtQuantile(quantile)] as const),
    sum: sketch.sum,
    count: sketch.count,
  };
}
