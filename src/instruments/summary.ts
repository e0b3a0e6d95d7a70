import { LogCollapsingLowestDenseDDSketch as Sketch } from '@datadog/sketches-js';
import type { SummaryValue } from '../metrics/metric.ts';
import { type Observer, requireFinite } from './histogram.ts';
import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';

export interface Summary<L extends string = never> extends Instrument<L, 'summary'>, Observer<L>, Removable<L> {}

export interface SummaryOptions {
  /** Which quantiles to print, each from 0 to 1, ascending. */
  readonly quantiles?: readonly number[];
}

const QUANTILES = [0.5, 0.9, 0.99];

/** How far a quantile may be from the observed value, as a part of it. */
const ACCURACY = 0.005;
/** For positive and for negative values each: enough for eight decades, and at most 16 KiB for a label set and sign. */
const MOST_BINS = 2048;

/**
 * Observations as quantiles: what Prometheus calls a summary. They are computed in a sketch of bounded size, over all that
 * was observed since the start, within half a percent of the observed values.
 *
 * @throws {RangeError} for quantiles that do not ascend from 0 to 1
 * @see https://www.vldb.org/pvldb/vol12/p2195-masson.pdf (DDSketch)
 */
export function summary<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  { quantiles: asked = QUANTILES }: SummaryOptions = {},
): Summary<L> {
  if (!asked.every((quantile, index) => quantile > (asked[index - 1] ?? -1) && quantile >= 0 && quantile <= 1)) {
    throw new RangeError(`Cannot declare ${name}: its quantiles do not ascend from 0 to 1: ${asked.join(', ')}`);
  }
  const { family, sets } = createInstrument('summary', [name, help, labels], {
    create: () => new Sketch({ relativeAccuracy: ACCURACY, binLimit: MOST_BINS }),
    read: (sketch) => summaryOf(sketch, asked),
  });
  return Object.assign(family, {
    observe(value: number, ...[set]: LabelArguments<L>): void {
      requireFinite(value, name);
      sets.at(set).accept(value);
    },
  });
}

/** Of nothing observed every quantile is NaN, as Prometheus' own libraries have it. */
function summaryOf(sketch: Sketch, asked: readonly number[]): SummaryValue {
  return {
    quantiles: asked.map((quantile) => [quantile, sketch.getValueAtQuantile(quantile)] as const),
    sum: sketch.sum,
    count: sketch.count,
  };
}
