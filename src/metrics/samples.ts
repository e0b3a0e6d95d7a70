import type { AnyFamily, Sample } from './metric.ts';

export interface FamilySamples {
  readonly family: AnyFamily;
  readonly samples: Samples;
}

/**
 * The samples of one family, in the order they were emitted. They are kept in columns: an object for each would live as long
 * as its pass, and to move those of 40,000 series out of its way costs the garbage collector more than reading them costs us.
 */
export class Samples implements Iterable<Sample> {
  /** Numbers alone: among others each would be an object. */
  readonly #numbers: number[];
  /** Values that are no numbers, by their index. */
  #others: Map<number, Exclude<Sample['value'], number>> | undefined;
  readonly #labels: Sample['labels'][];
  /** Only once a sample has one. */
  #startTime: (number | undefined)[] | undefined;
  #length = 0;

  /** @param expected how many there will be, as far as that is known: columns that grow leave their smaller selves behind */
  constructor(expected = 0) {
    this.#numbers = new Array(expected);
    this.#labels = new Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  push(value: Sample['value'], labels: Sample['labels'], startTime?: number): void {
    const index = this.#length;
    if (typeof value === 'number') this.#numbers[index] = value;
    else this.#setOther(index, value);
    this.#labels[index] = labels;
    if (startTime !== undefined) this.#startTime ??= new Array(this.#labels.length);
    if (this.#startTime !== undefined) this.#startTime[index] = startTime;
    this.#length += 1;
  }

  /** The labels of each sample, in the order of the samples. */
  get labels(): readonly Sample['labels'][] {
    this.#labels.length = this.#length;
    return this.#labels;
  }

  /** Returns a copy without some samples. */
  without(isExcluded: (index: number) => boolean): Samples {
    const rest = new Samples(this.#length);
    let index = 0;
    this.forEach((value, labels, startTime) => {
      if (!isExcluded(index)) rest.push(value, labels, startTime);
      index += 1;
    });
    return rest;
  }

  copy(): Samples {
    const copied = new Samples(this.#length);
    copied.pushAll(this);
    return copied;
  }

  pushAll(others: Samples): void {
    others.forEach((value, labels, startTime) => {
      this.push(value, labels, startTime);
    });
  }

  forEach(visit: (value: Sample['value'], labels: Sample['labels'], startTime: number | undefined) => void): void {
    for (let index = 0; index < this.#length; index += 1) {
      const value = this.#others?.get(index) ?? this.#numbers[index];
      const labels = this.#labels[index];
      if (value !== undefined && labels !== undefined) visit(value, labels, this.#startTime?.[index]);
    }
  }

  #setOther(index: number, value: Exclude<Sample['value'], number>): void {
    this.#others ??= new Map();
    this.#others.set(index, value);
    this.#numbers[index] = Number.NaN;
  }

  *[Symbol.iterator](): Generator<Sample> {
    const samples: Sample[] = [];
    this.forEach((value, labels, startTime) => {
      samples.push(startTime === undefined ? { value, labels } : { value, labels, startTime });
    });
    yield* samples;
  }
}

/** Of a sample without any. */
export const NO_LABELS: Sample['labels'] = Object.freeze({});
