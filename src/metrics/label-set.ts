import type { Attributes, AttributeValue } from './metric.ts';

/** The labels of a series, without undefined labels. Series and passes with the same labels share one object. */
export class LabelSet {
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** The labels in the exposition format. The text serializer sets this text when it first writes the labels. */
  text: string | undefined = undefined;
  readonly #source: Attributes;
  /** Alternating names and values, for a fast comparison: V8 is slow at reading properties by varying names. */
  readonly #flat: readonly AttributeValue[];

  /** @param labels object that is not changed after this call */
  constructor(labels: Attributes) {
    this.#source = labels;
    this.labels = withoutUndefined(labels);
    this.#flat = Object.entries(this.labels).flat();
  }

  /** Returns whether the set consists of these labels, in this order. */
  equals(labels: Attributes): boolean {
    if (labels === this.#source) return true;
    let index = 0;
    for (const name in labels) {
      const value = labels[name];
      if (value === undefined) continue;
      if (value !== this.#flat[index + 1] || name !== this.#flat[index]) return false;
      index += 2;
    }
    return index === this.#flat.length;
  }
}

/** The labels of a sample without labels. */
export const NO_LABELS = new LabelSet({});

/** Returns the labels without undefined labels. Copies the labels only if necessary: most collectors emit no such label. */
function withoutUndefined(labels: Attributes): LabelSet['labels'] {
  for (const name in labels) {
    if (labels[name] === undefined) return Object.fromEntries(Object.entries(labels).filter(hasValue));
  }
  // No value is `undefined`: the loop has checked all of them.
  return labels as LabelSet['labels'];
}

function hasValue(entry: [string, AttributeValue | undefined]): entry is [string, AttributeValue] {
  return entry[1] !== undefined;
}
