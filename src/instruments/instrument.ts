import type { AnyFamily, Attributes, Family, MetricType, Sample } from '../metrics/metric.ts';
import { type SeriesLabels, SeriesMap } from './series-map.ts';

/** `Emit` for callers that have validated value and labels. */
export type EmitValidated = (
  family: AnyFamily,
  value: Sample['value'],
  labels?: Attributes,
  startTime?: number,
) => void;

/** A metric whose values the program itself holds: it counts, sets or observes them at any time, and passes read them. */
export interface Instrument<L extends string = string, T extends MetricType = MetricType> extends Family<L, T> {
  /** Emits all series. */
  collect(emit: EmitValidated): void;
  /**
   * Creates the series of an instrument without labels, so that it is reported as 0 before the first change. Has no effect
   * on gauges: an unset gauge is not 0.
   */
  initialize(): void;
}

/** The last argument of the methods of an instrument: its labels, or nothing for an instrument without labels. */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: SeriesLabels<L>];

/** An instrument whose series can be removed. A removed series is created again, from 0, at its next change. */
export interface Removable<L extends string> {
  /**
   * Removes the series with these labels.
   *
   * @returns whether the series existed
   * @throws {TypeError} for a label that is missing, undeclared or not a string
   */
  remove(...labels: LabelArguments<L>): boolean;
  /** Removes all series. */
  clear(): void;
}

export type Declaration<L extends string> = readonly [name: string, help: string, labels: readonly L[]];

/** @typeParam A the accumulator of a series, such as a number or a histogram */
export interface InstrumentOptions<A> {
  readonly createAccumulator: () => A;
  readonly readValue: (accumulator: A) => Sample['value'];
  /** True if a new series starts at zero, which makes its start time meaningful. Default: true. */
  readonly startsAtZero?: boolean;
}

/** The parts of an instrument, to which a constructor such as `counter()` adds its methods. */
export interface InstrumentParts<L extends string, T extends MetricType, A> {
  /** The methods have to be added to this object: passes identify families by object identity. */
  readonly family: Instrument<L, T> & Removable<L>;
  readonly series: SeriesMap<A>;
}

/** Creates an instrument of a type. Its family is reported in both naming conventions. */
export function createInstrument<L extends string, T extends MetricType, A>(
  type: T,
  [name, help, labels]: Declaration<L>,
  { createAccumulator, readValue, startsAtZero = true }: InstrumentOptions<A>,
): InstrumentParts<L, T, A> {
  const series = new SeriesMap(name, labels, createAccumulator);
  const family: Instrument<L, T> & Removable<L> = {
    convention: 'prometheus',
    name,
    help,
    type,
    unit: '',
    labels,
    route: 'producer',
    bothConventions: true,
    remove: (...[labelValues]) => series.remove(labelValues),
    clear: () => series.clear(),
    initialize(): void {
      if (startsAtZero && labels.length === 0) series.getOrCreate();
    },
    collect(emit): void {
      for (const { labels: labelValues, accumulator, startTime } of series.all) {
        if (startsAtZero) emit(family, readValue(accumulator), labelValues, startTime);
        else emit(family, readValue(accumulator), labelValues);
      }
    },
  };
  return { family, series };
}

export function isInstrument(family: AnyFamily): family is Instrument {
  return 'collect' in family;
}
