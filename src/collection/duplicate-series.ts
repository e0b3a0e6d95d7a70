import type { AnyFamily, Sample } from '../metrics/metric.ts';
import type { FamilySamples, Samples } from '../metrics/samples.ts';
import { LabelTable } from './label-table.ts';
import type { CollectorResult } from './pass.ts';
import { UniqueLabels } from './unique-labels.ts';

/**
 * Removes series that occur twice in a pass, because Prometheus drops one of the two or the whole page. The first sample of
 * a series remains, and the collector that emitted the second one has failed.
 *
 * External families are not checked: their files are merged series by series.
 */
export class DuplicateSeriesFilter {
  readonly #table = new LabelTable();
  readonly #uniqueLabels = new UniqueLabels();

  /** @param results of one pass, in order */
  filter(results: readonly CollectorResult[]): readonly CollectorResult[] {
    const byName = new Map<string, Samples>();
    return results.map((result) => {
      this.#uniqueLabels.startCollector();
      const errors: Error[] = [];
      const families = result.families.map((samples) => this.#filterFamily(samples, byName, errors));
      return errors.length === 0
        ? result
        : { ...result, state: 'failed', errors: [...result.errors, ...errors], families };
    });
  }

  /**
   * @param byName the samples of the pass before this family, without duplicates, by the name of their families
   * @param errors gets an error for the first duplicate
   */
  #filterFamily(familySamples: FamilySamples, byName: Map<string, Samples>, errors: Error[]): FamilySamples {
    const { family, samples } = familySamples;
    if (family.external === true) return familySamples;
    const earlier = byName.get(family.name);
    const all = earlier === undefined ? samples : join(earlier, samples);
    if (earlier === undefined && this.#uniqueLabels.includes(family, samples.labels)) {
      byName.set(family.name, all);
      return familySamples;
    }
    const duplicates = this.#table.findDuplicates(all.labels);
    if (duplicates.size === 0) {
      this.#uniqueLabels.remember(family, samples.labels);
      byName.set(family.name, all);
      return familySamples;
    }
    byName.set(
      family.name,
      all.without((index) => duplicates.has(index)),
    );
    errors.push(toError(family, all, duplicates));
    const offset = all.length - samples.length;
    return { family, samples: samples.without((index) => duplicates.has(index + offset)) };
  }
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
