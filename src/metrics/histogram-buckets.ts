import type { HistogramValue } from './metric.ts';

/** Counts observations in buckets. The counts are never reset. */
export class HistogramBuckets {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds upper bounds of the buckets, in ascending order */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    for (let index = this.#bounds.length - 1; index >= 0 && value <= (this.#bounds[index] ?? 0); index -= 1) {
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
  }

  get value(): HistogramValue {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum, count: this.#count };
  }
}
