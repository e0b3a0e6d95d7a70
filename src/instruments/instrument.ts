import type { AnyFamily, Attributes, Family, MetricType, Sample } from '../metrics/metric.ts';
import { processStart } from '../util/process-start.ts';
import { type SeriesLabels, SeriesMap } from './series-map.ts';

/**
 * The type of `Emit`, but without a check of the arguments by the compiler. The caller must have validated the value and
 * the labels.
 */
export type EmitValidated = (
  family: AnyFamily,
  value: Sample['value'],
  labels?: Attributes,
  startTime?: number,
) => void;

/** A metric whose values the program itself holds. The program can change the values at any time. Each pass reads them. */
export interface Instrument<L extends string = string, T extends MetricType = MetricType> extends Family<L, T> {
  /** Emits the current values of all series. */
  collect(emit: EmitValidated): void;
  /**
   * Creates the series of an instrument without labels, so that a pass before the first change reports the value 0. Has no
   * effect on a gauge, because the value of a gauge that is not set is unknown.
   */
  initialize(): void;
}

/**
 * The last parameter of an instrument's methods: the labels of the series. An instrument without labels has no such
 * parameter.
 */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: SeriesLabels<L>];

/** An instrument whose series can be removed. A change of a removed series creates the series again, starting at 0. */
export interface Removable<L extends string> {
  /**
   * Removes the series with these labels.
   *
   * @returns whether the series existed
   * @throws {TypeError} if a label is missing, undeclared or not a string
   */
  remove(...labels: LabelArguments<L>): boolean;
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

/** The parts of an instrument. A function such as `counter()` adds the methods of one instrument type to them. */
export interface InstrumentParts<L extends string, T extends MetricType, A> {
  /**
   * The instrument without the methods of its type. A caller adds these methods to the object itself and never copies the
   * object, because the object identifies the family in passes.
   */
  readonly family: Instrument<L, T> & Removable<L>;
  readonly series: SeriesMap<A>;
}

/** Returns the parts of a new instrument. Passes of both naming conventions contain the instrument. */
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
      const processStartedAt = processStart.read();
      for (const { labels: labelValues, accumulator, createdAfter } of series.all) {
        if (startsAtZero) emit(family, readValue(accumulator), labelValues, processStartedAt + createdAfter);
        else emit(family, readValue(accumulator), labelValues);
      }
    },
  };
  return { family, series };
}

export function isInstrument(family: AnyFamily): family is Instrument {
  return 'collect' in family;
}
