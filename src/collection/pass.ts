import type { AnyFamily, Emit, Sample } from '../metrics/metric.ts';
import type { FamilySamples } from '../metrics/samples.ts';

/** The result of one collector in one pass. */
export interface CollectorResult {
  readonly collector: string;
  /** `absent`: the host has no such file, device or feature. */
  readonly state: 'ok' | 'absent' | 'failed';
  readonly seconds: number;
  /** One error for each item that failed. */
  readonly errors: readonly Error[];
  readonly families: readonly FamilySamples[];
}

/** Families about the pass and about the program itself. They belong to no collector and are in every pass. */
export interface SelfMetrics {
  readonly families: readonly AnyFamily[];
  /** Emits the values. Called once per pass, when all collectors have ended or the deadline has passed. */
  report(emit: Emit, results: readonly CollectorResult[]): void;
}

/** A finished pass, or the snapshot of a running pass at a caller's deadline. Immutable. */
export interface Pass {
  /** In the order of the collectors. */
  readonly results: readonly CollectorResult[];
  /** In the order of the collectors, then of the self metrics. Names are unique. */
  readonly families: readonly FamilySamples[];
  /** True if no collector succeeded, at least one failed and none emitted a sample. */
  readonly failed: boolean;
}

export function createPass(results: readonly CollectorResult[], selfFamilies: readonly FamilySamples[]): Pass {
  const families = results.flatMap((result) => result.families);
  return {
    results,
    families: mergeByName([...families, ...selfFamilies]),
    failed:
      families.length === 0 &&
      results.some(({ state }) => state === 'failed') &&
      !results.some(({ state }) => state === 'ok'),
  };
}

/**
 * Merges families of one name, because the exposition format allows a name once: both cpu and cpufreq emit frequencies.
 * An external family is never merged with one of the exporter: the same name there has another meaning.
 */
function mergeByName(families: readonly FamilySamples[]): readonly FamilySamples[] {
  const byName = new Map<string, FamilySamples>();
  for (const familySamples of families) {
    const { name, external = false } = familySamples.family;
    const key = external ? `external ${name}` : name;
    const first = byName.get(key);
    byName.set(key, first === undefined ? familySamples : merge(first, familySamples));
  }
  return [...byName.values()];
}

/**
 * A sample of the second family is dropped if the first family has a sample for the same thing, with more or fewer labels:
 * cpu reports the frequency of a CPU by package, core and cpu, and cpufreq reports it by cpu. Sums would count the CPU twice.
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

/** Returns a function for the values of the labels that both families have; `undefined` unless the families differ in labels. */
function commonKey(first: AnyFamily, second: AnyFamily): ((labels: Sample['labels']) => string) | undefined {
  const common = first.labels.filter((label) => second.labels.includes(label));
  if (common.length === 0 || (common.length === first.labels.length && common.length === second.labels.length)) {
    return undefined;
  }
  return (labels) => JSON.stringify(common.map((label) => labels[label]));
}
