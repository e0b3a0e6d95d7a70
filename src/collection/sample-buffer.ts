import { withoutAbsent } from '../metrics/label-cache.ts';
import type { AnyFamily, Attributes, Convention, Emit, Sample } from '../metrics/metric.ts';
import { type FamilySamples, NO_LABELS, Samples } from '../metrics/samples.ts';

/** The number of samples that each family had in the last pass. The next pass has about as many. */
const lastLengths = new WeakMap<AnyFamily, number>();

/** Holds the samples that one collector emits in one pass, by family. */
export class SampleBuffer {
  readonly convention: Convention;
  /** Adds a sample. Drops samples of families that do not belong to the pass' convention. */
  readonly emit: Emit;
  readonly #byFamily = new Map<AnyFamily, FamilySamples>();
  #last: FamilySamples | undefined;

  /** @param startTime Unix time in seconds for samples that are emitted without a start time */
  constructor(convention: Convention, startTime?: number) {
    this.convention = convention;
    const emit = (family: AnyFamily, value: Sample['value'], labels?: Attributes, startedAt = startTime): void => {
      if (!belongsTo(family, convention)) return;
      this.samplesOf(family).push(value, labels === undefined ? NO_LABELS : withoutAbsent(labels), startedAt);
    };
    this.emit = Object.assign(emit, { convention });
  }

  /** Returns the samples of a family, to add to. For callers that have validated the labels themselves. */
  samplesOf(family: AnyFamily): Samples {
    if (this.#last?.family === family) return this.#last.samples;
    let familySamples = this.#byFamily.get(family);
    if (familySamples === undefined) {
      familySamples = { family, samples: new Samples(lastLengths.get(family)) };
      this.#byFamily.set(family, familySamples);
    }
    this.#last = familySamples;
    return familySamples.samples;
  }

  /** Returns all families with their samples, in the order of their first samples. Call it when the collector has ended. */
  finish(): readonly FamilySamples[] {
    for (const { family, samples } of this.#byFamily.values()) {
      if (lastLengths.get(family) !== samples.length) lastLengths.set(family, samples.length);
    }
    return [...this.#byFamily.values()];
  }

  /** Returns a copy of the samples so far, for callers whose deadline has passed: the collector may emit more later. */
  snapshot(): readonly FamilySamples[] {
    return Array.from(this.#byFamily.values(), ({ family, samples }) => ({ family, samples: samples.copy() }));
  }
}

/** Whether passes of a convention contain a family. */
export function belongsTo({ convention, bothConventions }: AnyFamily, passConvention: Convention): boolean {
  return convention === passConvention || bothConventions === true;
}
