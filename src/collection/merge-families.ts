import type { AnyFamily, Sample } from '../metrics/metric.ts';
import type { FamilySamples } from '../metrics/samples.ts';
import { seriesNames, TARGET_INFO } from '../metrics/series-names.ts';
import type { CollectorResult } from './pass.ts';
import type { UniqueSeries } from './unique-series.ts';

/** The families of all collectors of a pass, and the results with the errors that the merge has found. */
export interface MergedResults {
  readonly families: readonly FamilySamples[];
  readonly results: readonly CollectorResult[];
}

export interface MergeOptions {
  /** Families about the pass and about the exporter. An external family cannot have one of their names. */
  readonly selfFamilies: readonly AnyFamily[];
  readonly uniqueSeries: UniqueSeries;
  /** Returns the name of a family in the output. */
  readonly nameOf: (family: AnyFamily) => string;
}

/**
 * Merges families with the same name, because an exposition may contain each name only once. For example, both cpu and
 * cpufreq emit CPU frequencies. An external family is never merged with a family of the exporter, because the external
 * family may have another meaning.
 *
 * Only the first sample of each series remains. A collector that emits another sample of the series fails, and so does a
 * collector with an external family whose name is taken.
 */
export function mergeFamilies(results: readonly CollectorResult[], options: MergeOptions): MergedResults {
  const errors = new Map<CollectorResult, Error[]>();
  const report = (result: CollectorResult, error: Error): void => {
    errors.set(result, [...(errors.get(result) ?? []), error]);
  };
  const owners = new Owners(results);
  const merged = mergeByName(owners);
  for (const [index, familySamples] of merged.entries()) {
    const duplicates = options.uniqueSeries.findDuplicates(familySamples.family, familySamples.samples);
    if (duplicates.length > 0) merged[index] = withoutDuplicates(familySamples, duplicates, { owners, report });
  }
  const families = merged.some(({ family }) => family.external)
    ? withoutNameConflicts(merged, options, (family, error) => {
        for (const result of results) if (result.families.some((each) => each.family === family)) report(result, error);
      })
    : merged;
  return { families, results: errors.size === 0 ? results : results.map((each) => withErrors(each, errors.get(each))) };
}

function withErrors(result: CollectorResult, errors: readonly Error[] | undefined): CollectorResult {
  if (errors === undefined) return result;
  const reported = result.state === 'failed' ? result.errors : [];
  return { ...result, state: 'failed', errors: [...reported, ...errors] };
}

/**
 * Finds the collector that emitted a sample of a merged family. Only for a family of several collectors, the position of
 * the samples of each collector is stored.
 */
class Owners {
  readonly results: readonly CollectorResult[];
  readonly #parts = new Map<AnyFamily, { readonly result: CollectorResult; readonly start: number }[]>();

  constructor(results: readonly CollectorResult[]) {
    this.results = results;
  }

  /** Stores the index of a merged family at which the samples of a collector start. */
  addPart(family: AnyFamily, result: CollectorResult, start: number): void {
    const parts = this.#parts.get(family) ?? [];
    parts.push({ result, start });
    this.#parts.set(family, parts);
  }

  /** Returns the result of the collector that emitted the sample at an index of a family. */
  find(family: AnyFamily, index: number): CollectorResult | undefined {
    const part = this.#parts.get(family)?.findLast(({ start }) => start <= index);
    return part?.result ?? this.results.find(({ families }) => families.some((each) => each.family === family));
  }
}

function mergeByName(owners: Owners): FamilySamples[] {
  const byName = new Map<string, FamilySamples>();
  for (const result of owners.results) {
    for (const familySamples of result.families) {
      const { name, external = false } = familySamples.family;
      const key = external ? `external ${name}` : name;
      const first = byName.get(key);
      if (first !== undefined) owners.addPart(first.family, result, first.samples.length);
      byName.set(key, first === undefined ? familySamples : merge(first, familySamples));
    }
  }
  return [...byName.values()];
}

/**
 * Merges the samples of two families. Drops a sample of the second family if the first family has a sample with the same
 * values of the common labels. Otherwise a sum over the samples would count a value twice. For example, the collector cpu
 * emits the frequency of a CPU with the labels package, core and cpu; cpufreq emits the same frequency with only the label
 * cpu.
 */
function merge({ family, samples }: FamilySamples, second: FamilySamples): FamilySamples {
  const merged = samples.copy();
  const keyOf = commonKey(family, second.family);
  if (keyOf === undefined) {
    merged.pushAll(second.samples);
    return { family, samples: merged };
  }
  const keys = new Set(Array.from(samples, ({ labels }) => keyOf(labels)));
  second.samples.forEach((value, labels, startTime) => {
    if (!keys.has(keyOf(labels.labels))) merged.push(value, labels, startTime);
  });
  return { family, samples: merged };
}

/**
 * Returns a function that joins the values of the common labels of two families; `undefined` if the families have the same
 * labels or no common label.
 */
function commonKey(first: AnyFamily, second: AnyFamily): ((labels: Sample['labels']) => string) | undefined {
  const common = first.labels.filter((label) => second.labels.includes(label));
  if (common.length === 0 || (common.length === first.labels.length && common.length === second.labels.length)) {
    return undefined;
  }
  return (labels) => JSON.stringify(common.map((label) => labels[label]));
}

interface DuplicateOptions {
  readonly owners: Owners;
  readonly report: (result: CollectorResult, error: Error) => void;
}

/** Drops samples whose series has an earlier sample. Reports the first of these samples for each collector. */
function withoutDuplicates(
  { family, samples }: FamilySamples,
  duplicates: readonly number[],
  { owners, report }: DuplicateOptions,
): FamilySamples {
  const all = [...samples];
  const reported = new Set<CollectorResult>();
  for (const index of duplicates) {
    const result = owners.find(family, index);
    if (result === undefined || reported.has(result)) continue;
    reported.add(result);
    const set = samples.labelSets[index];
    const firstIndex = samples.labelSets.findIndex((other) => set !== undefined && other?.isSameSeries(set));
    const collector = owners.find(family, firstIndex)?.collector;
    report(result, duplicateError(family, { second: all[index], first: all[firstIndex], collector }));
  }
  return { family, samples: samples.without(duplicates) };
}

interface Duplicate {
  readonly second: Sample | undefined;
  readonly first: Sample | undefined;
  /** Name of the collector that emitted the first sample. */
  readonly collector: string | undefined;
}

/**
 * The message contains the values in quotes, because the log ignores numbers in quotes when it detects repeated messages.
 */
function duplicateError({ name }: AnyFamily, { second, first, collector }: Duplicate): Error {
  const pairs = Object.entries(second?.labels ?? {}).map(
    ([label, value]) => `${label}=${JSON.stringify(String(value))}`,
  );
  const series = pairs.length === 0 ? name : `${name}{${pairs.join()}}`;
  const [value, firstValue] = [second, first].map((sample) => describeValue(sample?.value));
  return new Error(
    `Cannot emit ${series} with the value "${value}": the series already has the value "${firstValue}" ` +
      `of collector ${collector}`,
  );
}

function describeValue(value: Sample['value'] | undefined): string {
  return typeof value === 'object' ? `sum ${value.sum}, count ${value.count}` : String(value);
}

/**
 * Drops each external family if one of its series names already belongs to a family of the exporter or to an earlier
 * external family.
 */
function withoutNameConflicts(
  families: readonly FamilySamples[],
  { selfFamilies, nameOf }: MergeOptions,
  onConflict: (family: AnyFamily, error: Error) => void,
): readonly FamilySamples[] {
  const namesOf = (family: AnyFamily): readonly string[] => seriesNames(nameOf(family), family.type);
  const declared = [...families.map(({ family }) => family), ...selfFamilies].filter(({ external }) => !external);
  const taken = new Set([TARGET_INFO, ...declared.flatMap(namesOf)]);
  return families.filter(({ family }) => {
    if (!family.external) return true;
    const names = namesOf(family);
    const conflict = names.find((series) => taken.has(series));
    if (conflict !== undefined) {
      onConflict(family, new Error(`Cannot add external metric ${family.name}: the name ${conflict} is taken`));
      return false;
    }
    for (const series of names) taken.add(series);
    return true;
  });
}
