import type { LabelSet } from '../metrics/label-set.ts';
import type { AnyFamily, Sample } from '../metrics/metric.ts';
import type { Samples } from '../metrics/samples.ts';
import { LabelTable } from './label-table.ts';
import type { CollectorResult } from './pass.ts';

/** More families of a collector rarely have the labels of the next one. */
const MAX_COMPARED_FAMILIES = 3;
/** Devices at the start of a list that lack a value, such as the speed of `lo`. */
const MAX_SKIPPED = 8;

/**
 * Removes series that occur twice in a pass, because Prometheus drops one of the two or the whole page. The first sample of
 * a series remains, and the collector that emitted the second one has failed.
 *
 * External families are not checked: their files are merged series by series.
 */
export class DuplicateSeriesFilter {
  readonly #table = new LabelTable();

  /** @param results of one pass, in order */
  filter(results: readonly CollectorResult[]): readonly CollectorResult[] {
    const byName = new Map<string, Samples>();
    return results.map((result) => this.#filterResult(result, byName));
  }

  /** @param byName the samples of the pass so far, without duplicates, by the name of their family */
  #filterResult(result: CollectorResult, byName: Map<string, Samples>): CollectorResult {
    const errors: Error[] = [];
    /** The label sets of the last families of the collector, without duplicates. */
    const unique: (readonly LabelSet[])[] = [];
    const families = result.families.map((familySamples) => {
      const { family, samples } = familySamples;
      if (family.external === true) return familySamples;
      const earlier = byName.get(family.name);
      const all = earlier === undefined ? samples : join(earlier, samples);
      byName.set(family.name, all);
      if (earlier === undefined && areUnique(samples.labels, unique)) return familySamples;
      const duplicates = this.#table.findDuplicates(all.labels);
      if (duplicates.size === 0) {
        if (unique.push(samples.labels) > MAX_COMPARED_FAMILIES) unique.shift();
        return familySamples;
      }
      byName.set(
        family.name,
        all.without((index) => duplicates.has(index)),
      );
      errors.push(toError(family, all, duplicates));
      const offset = all.length - samples.length;
      return { family, samples: samples.without((index) => duplicates.has(index + offset)) };
    });
    if (errors.length === 0) return result;
    return { ...result, state: 'failed', errors: [...result.errors, ...errors], families };
  }
}

/** Returns whether sets are part of a list of unique sets. A comparison by value takes ten times as long. */
function areUnique(sets: readonly LabelSet[], lists: readonly (readonly LabelSet[])[]): boolean {
  return sets.length <= 1 || lists.some((list) => isPartOf(sets, list));
}

/** Whether all sets are in a list, in the order of the list. */
function isPartOf(sets: readonly LabelSet[], list: readonly LabelSet[]): boolean {
  if (sets.length > list.length) return false;
  let position = 0;
  for (const set of sets) {
    // The list of other devices differs from its start.
    const end = position === 0 ? Math.min(MAX_SKIPPED, list.length) : list.length;
    while (list[position] !== set) {
      position += 1;
      if (position >= end) return false;
    }
    position += 1;
  }
  return true;
}

function join(one: Samples, other: Samples): Samples {
  const joined = one.copy();
  joined.pushAll(other);
  return joined;
}

/**
 * Returns an error about the first duplicate. The values are in quotes, because the log does not repeat a message that differs
 * only in quoted numbers.
 */
function toError({ name }: AnyFamily, samples: Samples, duplicates: ReadonlyMap<number, number>): Error {
  const all = [...samples];
  const [[index, first] = [0, 0]] = duplicates;
  const pairs = Object.entries(all[index]?.labels ?? {}).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const series = pairs.length === 0 ? name : `${name}{${pairs.join()}}`;
  const quoteValue = (sample: Sample | undefined): string =>
    JSON.stringify(typeof sample?.value === 'number' ? String(sample.value) : JSON.stringify(sample?.value));
  return new Error(
    `Cannot emit ${series} twice: the values are ${quoteValue(all[first])} and ${quoteValue(all[index])}`,
  );
}
