import { NO_LABELS } from '../metrics/label-set.ts';
import type { AnyFamily, Attributes, Convention, Emit, Sample } from '../metrics/metric.ts';
import { type FamilySamples, Samples } from '../metrics/samples.ts';
import { hasValidName } from '../metrics/valid-names.ts';
import { quote } from '../parse/lines.ts';
import { LabelSequence } from './label-cache.ts';

/** Number of samples of each family in the last pass. It is an estimate for the next pass. */
const lastLengths = new WeakMap<AnyFamily, number>();

export interface SampleBufferOptions {
  /** Sequence that interns the labels. Default: a new sequence. */
  readonly sequence?: LabelSequence;
  /** Start time of samples that are emitted without a start time, as Unix time in seconds. */
  readonly startTime?: number;
}

/** Holds the samples that one collector emits in one pass, by family. */
export class SampleBuffer {
  readonly convention: Convention;
  /** Adds a sample. Drops the sample if its family does not belong to the convention of the pass. */
  readonly emit: Emit;
  readonly #byFamily = new Map<AnyFamily, FamilySamples>();
  /** Families that are left out because the kernel has completed their names with characters that no name may contain. */
  readonly #invalid = new Map<AnyFamily, FamilySamples>();
  readonly #sequence: LabelSequence;
  #last: FamilySamples | undefined;

  constructor(convention: Convention, { sequence = new LabelSequence(), startTime }: SampleBufferOptions = {}) {
    this.convention = convention;
    this.#sequence = sequence;
    const emit = (family: AnyFamily, value: Sample['value'], labels?: Attributes, startedAt = startTime): void => {
      if (belongsTo(family, convention)) this.add(family, value, labels, startedAt);
    };
    this.emit = Object.assign(emit, { convention });
  }

  /** Adds a sample without a check. The caller must have checked the convention and the labels. */
  add(family: AnyFamily, value: Sample['value'], labels?: Attributes, startTime?: number): void {
    const set = labels === undefined ? NO_LABELS : this.#sequence.intern(labels);
    this.#samplesOf(family).push(value, set, startTime);
  }

  /** One error for each family that is left out because its name is invalid. */
  get errors(): readonly Error[] {
    return Array.from(this.#invalid.keys(), ({ name }) => new Error(`Cannot emit ${quote(name)}: invalid metric name`));
  }

  /**
   * Returns all families with their samples, in the order of their first samples. Called once, after the collector has
   * ended.
   */
  finish(): readonly FamilySamples[] {
    this.#sequence.finish();
    for (const { family, samples } of this.#byFamily.values()) {
      if (lastLengths.get(family) !== samples.length) lastLengths.set(family, samples.length);
    }
    return [...this.#byFamily.values()];
  }

  /** Returns a copy of the samples so far. The copy does not change if the collector emits more samples. */
  snapshot(): readonly FamilySamples[] {
    return Array.from(this.#byFamily.values(), ({ family, samples }) => ({ family, samples: samples.copy() }));
  }

  #samplesOf(family: AnyFamily): Samples {
    if (this.#last?.family === family) return this.#last.samples;
    let familySamples = this.#byFamily.get(family) ?? this.#invalid.get(family);
    if (familySamples === undefined) {
      const expected = lastLengths.get(family);
      familySamples = { family, samples: new Samples(expected) };
      // A family with a stored length had a valid name in an earlier pass.
      const isValid = expected !== undefined || hasValidName(family);
      (isValid ? this.#byFamily : this.#invalid).set(family, familySamples);
    }
    this.#last = familySamples;
    return familySamples.samples;
  }
}

/** Returns whether passes of a convention contain a family. */
export function belongsTo({ convention, bothConventions }: AnyFamily, passConvention: Convention): boolean {
  return convention === passConvention || bothConventions === true;
}
