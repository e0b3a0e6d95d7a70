import type { Attributes, AttributeValue } from './metric.ts';

/** The labels of a series, without undefined ones. One object serves many series and passes with the same labels. */
export class LabelSet {
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** The labels in the exposition format. Set by the text serializer, which writes them into each page. */
  text: string | undefined = undefined;
  readonly #source: Attributes;
  /** Names and values in turns. V8 reads properties of an object slowly when their names vary. */
  readonly #flat: readonly AttributeValue[];

  /** @param labels must not change any more */
  constructor(labels: Attributes) {
    this.#source = labels;
    this.labels = withoutUndefined(labels);
    this.#flat = Object.entries(this.labels).flat();
  }

  /** Whether the set consists of these labels, in this order. */
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

/** Most collectors emit no undefined labels, and then nothing is copied. */
function withoutUndefined(labels: Attributes): LabelSet['labels'] {
  for (const name in labels) {
    if (labels[name] === undefined) return Object.fromEntries(Object.entries(labels).filter(hasValue));
  }
  // The loop has found no undefined value.
  return labels as LabelSet['labels'];
}

function hasValue(entry: [string, AttributeValue | undefined]): entry is [string, AttributeValue] {
  return entry[1] !== undefined;
}
