import type { Attributes, AttributeValue } from './metric.ts';

/** The labels of a series, without undefined labels. Series and passes with the same labels share one object. */
export class LabelSet {
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** The labels in the exposition format. The text serializer sets this text when it first writes the labels. */
  text: string | undefined = undefined;
  readonly #source: Attributes;
  /** Alternating names and values, for a fast comparison: V8 is slow at reading properties by varying names. */
  readonly #flat: readonly AttributeValue[];
  #hash: number | undefined;

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

  /**
   * Whether samples with these two sets are of the same series: the order of the labels does not matter, and an empty label
   * counts as absent, because Prometheus does not distinguish the two.
   */
  isSameSeries(other: LabelSet): boolean {
    return this === other || (this.hash === other.hash && contains(this, other) && contains(other, this));
  }

  /** The same for sets of the same series. Computed once: most sets last for many passes. */
  get hash(): number {
    this.#hash ??= hashLabels(this.#flat);
    return this.#hash;
  }
}

/** Constants of the hash function FNV-1a with 32 bits. */
const [OFFSET_BASIS, PRIME] = [0x811c9dc5, 0x01000193];

/** The order of the labels does not matter. */
function hashLabels(flat: readonly AttributeValue[]): number {
  let sum = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const [name, value] = [flat[index], flat[index + 1]];
    if (value !== '') sum = (sum + hashText(`${name}=${value}`)) | 0;
  }
  return mix(sum);
}

function hashText(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash;
}

/** The last step of the hash function MurmurHash3: every bit of the result depends on every bit of the sum. */
function mix(sum: number): number {
  const once = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

/** Whether a set has all labels of another that are not empty. */
function contains({ labels }: LabelSet, other: LabelSet): boolean {
  return Object.entries(other.labels).every(([name, value]) => value === '' || value === labels[name]);
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
