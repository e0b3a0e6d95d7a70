import type { AnyFamily, Attributes, Family, MetricType, Sample } from '../metrics/metric.ts';
import { type LabelValues, SeriesMap } from './series-map.ts';

/** {@link Emit} for who has checked the labels already. */
export type EmitValidated = (
  family: AnyFamily,
  value: Sample['value'],
  labels?: Attributes,
  startTime?: number,
) => void;

/** A family that keeps values between scrapes: those that the program has set, counted or observed. */
export interface Instrument<L extends string = string, T extends MetricType = MetricType> extends Family<L, T> {
  /** Emits what is kept. */
  collect(emit: EmitValidated): void;
  /** Begins at zero what has one series: for families that nobody emits. */
  initialize(): void;
}

/** Labels come last; a family without labels takes none. */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: LabelValues<L>];

/** Gives up label sets: their series are gone from the next scrape, and begin anew when they come back. */
export interface Removable<L extends string> {
  /** @returns whether there was such a label set */
  remove(...labels: LabelArguments<L>): boolean;
  clear(): void;
}

/** What a declaration says of a family. */
export type Declaration<L extends string> = readonly [name: string, help: string, labels: readonly L[]];

export interface InstrumentOptions<C> {
  /** What is kept for a label set that begins. */
  readonly create: () => C;
  readonly read: (cell: C) => Sample['value'];
  /** Whether what began counts from zero. Default: true. */
  readonly counts?: boolean;
}

/**
 * A family that keeps values, said in both conventions, and what it keeps. Who declares it adds to this very object how its
 * values are changed: passes tell families apart by what they are.
 */
export function createInstrument<L extends string, T extends MetricType, C>(
  type: T,
  [name, help, labels]: Declaration<L>,
  { create, read, counts = true }: InstrumentOptions<C>,
): { readonly family: Instrument<L, T> & Removable<L>; readonly sets: SeriesMap<C> } {
  const sets = new SeriesMap(name, labels, create);
  const family: Instrument<L, T> & Removable<L> = {
    convention: 'prometheus',
    name,
    help,
    type,
    unit: '',
    labels,
    route: 'producer',
    bothConventions: true,
    remove: (...[set]) => sets.remove(set),
    clear: () => sets.clear(),
    initialize(): void {
      if (counts && labels.length === 0) sets.at();
    },
    collect(emit): void {
      for (const { labels: set, cell, startTime } of sets.all) {
        if (counts) emit(family, read(cell), set, startTime);
        else emit(family, read(cell), set);
      }
    },
  };
  return { family, sets };
}

export function isInstrument(family: AnyFamily): family is Instrument {
  return 'collect' in family;
}
