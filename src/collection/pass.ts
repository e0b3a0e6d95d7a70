import type { AnyFamily, Emit, Sample } from '../metrics/metric.ts';
import type { FamilySamples } from '../metrics/samples.ts';

/** The result of one collector in one pass. */
export interface CollectorResult {
  readonly collector: string;
  /** `absent` means that the host lacks the file, device or feature that the collector reads. */
  readonly state: 'ok' | 'absent' | 'failed';
  readonly seconds: number;
  /** Reasons for the state `absent` or `failed`: one error, or one error for each failed item. */
  readonly errors: readonly Error[];
  readonly families: readonly FamilySamples[];
}

/** Families that describe the pass and the exporter. They belong to no collector, and every pass contains them. */
export interface SelfMetrics {
  readonly families: readonly AnyFamily[];
  /** Emits the values. Called once per pass, when all collectors have ended or the deadline has passed. */
  report(emit: Emit, results: readonly CollectorResult[]): void;
}

/**
 * The result of a pass. If a caller's deadline passes before the pass ends, the caller receives a snapshot of the running
 * pass. The object is immutable.
 */
export interface Pass {
  /** Results in the order of the collectors. */
  readonly results: readonly CollectorResult[];
  /**
   * Families of the collectors, then families of the self metrics. Two families may have the same name only if one is
   * external.
   */
  readonly families: readonly FamilySamples[];
  /** True if no collector succeeded, no collector emitted a sample, and at least one collector failed. */
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
 * Merges families with the same name, because an exposition may contain each name only once. For example, both cpu and
 * cpufreq emit CPU frequencies. An external family is never merged with a family of the exporter, because the external
 * family may have another meaning.
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
 * Merges two families. Drops a sample of the second family if the first family has a sample with the same values of the
 * common labels. Otherwise a sum over the samples would count a value twice. For example, the collector cpu emits the
 * frequency of a CPU with the labels package, core and cpu; cpufreq emits the same frequency with only the label cpu.
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
