import type { AnyFamily, Attributes, Family, MetricType, Sample } from '../metrics/metric.ts';
import { type SeriesLabels, SeriesMap } from './series-map.ts';

/** Like `Emit`, but the compiler does not check the arguments. For callers that have validated the value and the labels. */
export type EmitValidated = (
  family: AnyFamily,
  value: Sample['value'],
  labels?: Attributes,
  startTime?: number,
) => void;

/** A metric whose values the program itself holds. The program changes the values at any time, and each pass reads them. */
export interface Instrument<L extends string = string, T extends MetricType = MetricType> extends Family<L, T> {
  /** Emits the current values of all series. */
  collect(emit: EmitValidated): void;
  /**
   * Creates the series of an instrument without labels, so that its value 0 is reported before the first change. Has no
   * effect on gauges: the value of a gauge that is not set is unknown, not 0.
   */
  initialize(): void;
}

/** The last parameter of an instrument's methods: the labels of the series; no parameter if the instrument has no labels. */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: SeriesLabels<L>];

/** An instrument whose series can be removed. The next change of a removed series creates it again, starting at 0. */
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

/** @typeParam A the object that accumulates the value of a series, such as a number or histogram buckets */
export interface InstrumentOptions<A> {
  readonly createAccumulator: () => A;
  readonly readValue: (accumulator: A) => Sample['value'];
  /** True if a new series starts at 0. Only such a series is emitted with its start time. Default: true. */
  readonly startsAtZero?: boolean;
}

/** The parts from which a function such as `counter()` builds its instrument. */
export interface InstrumentParts<L extends string, T extends MetricType, A> {
  /**
   * The instrument without the methods of its type. Callers add these methods to the object itself and never copy the
   * object, because passes identify a family by its object.
   */
  readonly family: Instrument<L, T> & Removable<L>;
  readonly series: SeriesMap<A>;
}

/** Returns the parts of a new instrument. Passes of both naming conventions report the instrument. */
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
    valueType: 'double',
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
