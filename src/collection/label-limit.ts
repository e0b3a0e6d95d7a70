import type { Attributes, AttributeValue } from '../metrics/metric.ts';
import { cutText } from '../util/cut-text.ts';
import type { OnLimit } from '../util/limit-counter.ts';

/** Cuts long label values: a label value may come from a user of the host, and every series of an item repeats the value. */
export class LabelLimit {
  readonly #maxBytes: number;
  readonly #onLimit: OnLimit;

  constructor(maxBytes: number, onLimit: OnLimit) {
    this.#maxBytes = maxBytes;
    this.#onLimit = onLimit;
  }

  /** Returns the labels with cut values; the same object if no value is too long. Details are in {@link cutText}. */
  apply(labels: Attributes): Attributes {
    let cut: Record<string, AttributeValue | undefined> | undefined;
    for (const name in labels) {
      const value = labels[name];
      if (typeof value !== 'string') continue;
      const short = cutText(value, this.#maxBytes);
      if (short === value) continue;
      cut ??= { ...labels };
      cut[name] = short;
      this.#onLimit('label_bytes');
    }
    return cut ?? labels;
  }
}

/** The limit of a gatherer without a configuration. */
export const NO_LABEL_LIMIT = new LabelLimit(Number.POSITIVE_INFINITY, () => undefined);
