import type { Sample } from './metric.ts';

/**
 * The samples of one family, in the order they were emitted. They are kept in columns: an object for each would live as long
 * as its pass, and to move those of 40,000 series out of its way costs the garbage collector more than reading them costs us.
 */
export class Samples implements Iterable<Sample> {
  readonly #values: Sample['value'][] = [];
  readonly #labels: Sample['labels'][] = [];
  /** Only once a sample has one. */
  #since: (number | undefined)[] | undefined;

  get length(): number {
    return this.#values.length;
  }

  push(value: Sample['value'], labels: Sample['labels'], since?: number): void {
    if (since !== undefined) this.#since ??= this.#values.map(() => undefined);
    this.#values.push(value);
    this.#labels.push(labels);
    this.#since?.push(since);
  }

  pushAll(others: Samples): void {
    others.forEach((value, labels, since) => {
      this.push(value, labels, since);
    });
  }

  forEach(visit: (value: Sample['value'], labels: Sample['labels'], since: number | undefined) => void): void {
    this.#values.forEach((value, index) => {
      visit(value, this.#labels[index] ?? NO_LABELS, this.#since?.[index]);
    });
  }

  *[Symbol.iterator](): Generator<Sample> {
    for (const [index, value] of this.#values.entries()) {
      const [labels, since] = [this.#labels[index] ?? NO_LABELS, this.#since?.[index]];
      yield since === undefined ? { value, labels } : { value, labels, since };
    }
  }
}

/** Of a sample without any. */
export const NO_LABELS: Sample['labels'] = Object.freeze({});
