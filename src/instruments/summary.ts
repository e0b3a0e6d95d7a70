import { LogCollapsingLowestDenseDDSketch as Sketch } from '@datadog/sketches-js';
import type { Summary } from '../metrics/metric.ts';
import { type Observer, requireFinite } from './histogram.ts';
import { type KeptFamily, keep, type LabelArguments, type Removable } from './instrument.ts';

export interface Quantiles<L extends string = never> extends KeptFamily<L, 'summary'>, Observer<L>, Removable<L> {}

export interface QuantilesOptions {
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
export function quantiles<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  { quantiles: asked = QUANTILES }: QuantilesOptions = {},
): Quantiles<L> {
  if (!asked.every((quantile, index) => quantile > (asked[index - 1] ?? -1) && quantile >= 0 && quantile <= 1)) {
    throw new RangeError(`Cannot declare ${name}: its quantiles do not ascend from 0 to 1: ${asked.join(', ')}`);
  }
  const { family, sets } = keep('summary', [name, help, labels], {
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
function summaryOf(sketch: Sketch, asked: readonly number[]): Summary {
  return {
    quantiles: asked.map((quantile) => [quantile, sketch.getValueAtQuantile(quantile)] as const),
    sum: sketch.sum,
    count: sketch.count,
  };
}
