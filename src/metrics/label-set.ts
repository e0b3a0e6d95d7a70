import type { Attributes, AttributeValue } from './metric.ts';

/** The labels of a series, without undefined labels. Series and passes with the same labels share one object. */
export class LabelSet {
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** The labels in the exposition format. The text serializer sets this text when it first writes the labels. */
  text: string | undefined = undefined;
  /** Number that the check for duplicate series sets when it visits this label set. No other code uses the number. */
  mark = 0;
  readonly #source: Attributes;
  /** Alternating names and values, for a fast comparison: V8 is slow at reading properties by varying names. */
  readonly #flat: readonly AttributeValue[];
  #hash: number | undefined = undefined;

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

  /** A hash that sets of the same series share: it depends neither on empty labels nor on the order of the labels. */
  get hash(): number {
    this.#hash ??= hashPairs(this.#flat);
    return this.#hash;
  }

  /** Returns whether both sets identify the same series. Prometheus treats an empty label as an absent label. */
  isSameSeries(other: LabelSet): boolean {
    return this === other || (this.#isPartOf(other) && other.#isPartOf(this));
  }

  #isPartOf({ labels }: LabelSet): boolean {
    for (const [name, value] of Object.entries(this.labels)) {
      if (value !== '' && value !== labels[name]) return false;
    }
    return true;
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

/** Returns the sum of the hashes of all pairs of a name and a value that is not empty. */
function hashPairs(flat: readonly AttributeValue[]): number {
  let sum = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const value = flat[index + 1];
    if (value !== '') sum = (sum + hashPair(String(flat[index]), String(value))) | 0;
  }
  return sum;
}

const OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** A factor of MurmurHash3. */
const MIX_FACTOR = 0x85ebca6b;

/**
 * Hashes a name and a value. The last steps spread each bit, so that two sets have different sums even if two labels have
 * exchanged their values.
 */
function hashPair(name: string, value: string): number {
  const hash = hashText(value, hashText(name, OFFSET_BASIS));
  return Math.imul(hash ^ (hash >>> 15), MIX_FACTOR);
}

/** Adds the characters of a text to an FNV-1a hash. */
function hashText(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash;
}
