import type { LabelSet } from './label-set.ts';
import type { AnyFamily, Sample } from './metric.ts';

type Distribution = Exclude<Sample['value'], number>;

export interface FamilySamples {
  readonly family: AnyFamily;
  readonly samples: Samples;
}

/**
 * The samples of one family, in the order in which they were emitted. Numbers, labels and start times are stored in separate
 * arrays. One object per sample would be slower: with 40,000 series, the garbage collector needs more time to move the
 * objects than the collectors need for their reads.
 */
export class Samples implements Iterable<Sample> {
  /** The array contains only numbers, so that V8 stores them without an object for each number. */
  readonly #numbers: number[];
  /** Values of histograms and summaries, by the index of the sample. */
  #distributions: Map<number, Distribution> | undefined;
  readonly #labels: LabelSet[];
  /** Start time of each sample; `undefined` as long as no sample has a start time. */
  #startTimes: (number | undefined)[] | undefined;
  #length = 0;

  /** @param expected estimated number of samples, so that the arrays are allocated only once */
  constructor(expected = 0) {
    this.#numbers = new Array(expected);
    this.#labels = new Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  /**
   * The label set of each sample. The array may be longer than the number of samples; the elements at its end are then
   * unused.
   */
  get labelSets(): readonly (LabelSet | undefined)[] {
    return this.#labels;
  }

  push(value: Sample['value'], labels: LabelSet, startTime?: number): void {
    const index = this.#length;
    if (typeof value === 'number') this.#numbers[index] = value;
    else this.#setDistribution(index, value);
    this.#labels[index] = labels;
    if (startTime !== undefined) this.#startTimes ??= new Array(this.#labels.length);
    if (this.#startTimes !== undefined) this.#startTimes[index] = startTime;
    this.#length += 1;
  }

  copy(): Samples {
    const copied = new Samples(this.#length);
    copied.pushAll(this);
    return copied;
  }

  /** Returns a copy without the samples at these indexes. */
  without(indexes: readonly number[]): Samples {
    const skipped = new Set(indexes);
    const rest = new Samples(this.#length - skipped.size);
    let index = 0;
    this.forEach((value, labels, startTime) => {
      if (!skipped.has(index)) rest.push(value, labels, startTime);
      index += 1;
    });
    return rest;
  }

  pushAll(others: Samples): void {
    others.forEach((value, labels, startTime) => {
      this.push(value, labels, startTime);
    });
  }

  forEach(visit: (value: Sample['value'], labels: LabelSet, startTime: number | undefined) => void): void {
    for (let index = 0; index < this.#length; index += 1) {
      const value = this.#distributions?.get(index) ?? this.#numbers[index];
      const labels = this.#labels[index];
      if (value !== undefined && labels !== undefined) visit(value, labels, this.#startTimes?.[index]);
    }
  }

  #setDistribution(index: number, value: Distribution): void {
    this.#distributions ??= new Map();
    this.#distributions.set(index, value);
    this.#numbers[index] = Number.NaN;
  }

  *[Symbol.iterator](): Generator<Sample> {
    const samples: Sample[] = [];
    this.forEach((value, { labels }, startTime) => {
      samples.push(startTime === undefined ? { value, labels } : { value, labels, startTime });
    });
    yield* samples;
  }
}
