import type { AnyFamily, Attributes, Family, MetricType, Sample } from '../metrics/metric.ts';
import { LabelSets, type LabelValues } from './series-map.ts';

/** {@link Emit} for who has checked the labels already. */
export type EmitAny = (family: AnyFamily, value: Sample['value'], labels?: Attributes, since?: number) => void;

/** A family that keeps values between scrapes: those that the program has set, counted or observed. */
export interface KeptFamily<L extends string = string, T extends MetricType = MetricType> extends Family<L, T> {
  /** Emits what is kept. */
  emitKept(emit: EmitAny): void;
  /** Begins at zero what has one series: for families that nobody emits. */
  begin(): void;
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
export type Declared<L extends string> = readonly [name: string, help: string, labels: readonly L[]];

export interface Keeping<C> {
  /** What is kept for a label set that begins. */
  readonly create: () => C;
  readonly read: (cell: C) => Sample['value'];
  /** Whether what began counts from zero. Default: true. */
  readonly counts?: boolean;
}

/**
 * A family that keeps values, said in both vocabularies, and what it keeps. Who declares it adds to this very object how its
 * values are changed: passes tell families apart by what they are.
 */
export function keep<L extends string, T extends MetricType, C>(
  type: T,
  [name, help, labels]: Declared<L>,
  { create, read, counts = true }: Keeping<C>,
): { readonly family: KeptFamily<L, T> & Removable<L>; readonly sets: LabelSets<C> } {
  const sets = new LabelSets(name, labels, create);
  const family: KeptFamily<L, T> & Removable<L> = {
    vocabulary: 'prometheus',
    name,
    help,
    type,
    unit: '',
    labels,
    route: 'producer',
    bilingual: true,
    remove: (...[set]) => sets.remove(set),
    clear: () => sets.clear(),
    begin(): void {
      if (counts && labels.length === 0) sets.at();
    },
    emitKept(emit): void {
      for (const { labels: set, cell, since } of sets.all) {
        if (counts) emit(family, read(cell), set, since);
        else emit(family, read(cell), set);
      }
    },
  };
  return { family, sets };
}

export function isKept(family: AnyFamily): family is KeptFamily {
  return 'emitKept' in family;
}
