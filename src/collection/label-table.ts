import type { AttributeValue, Sample } from '../metrics/metric.ts';
import { NO_LABELS } from '../metrics/samples.ts';

type Labels = Sample['labels'];

const MIN_SLOTS = 64;
/** Constants of the hash function FNV-1a with 32 bits. */
const [OFFSET_BASIS, PRIME] = [0x811c9dc5, 0x01000193];

/**
 * Finds equal labels with a hash table that is reused from family to family. Strings as keys of a Set would take three times
 * as long.
 */
export class LabelTable {
  /** By slot: the index of labels plus 1; 0 for an empty slot. */
  #slots = new Int32Array(MIN_SLOTS);
  /** By index of the labels. */
  #hashes = new Int32Array(MIN_SLOTS / 2);

  /** Returns the index of all labels that equal earlier ones, with the index of those. */
  findDuplicates(all: readonly Labels[]): ReadonlyMap<number, number> {
    const duplicates = new Map<number, number>();
    const mask = this.#clear(all.length) - 1;
    const [slots, hashes] = [this.#slots, this.#hashes];
    for (let index = 0; index < all.length; index += 1) {
      const labels = all[index] ?? NO_LABELS;
      const hash = hashLabels(labels);
      hashes[index] = hash;
      let slot = hash & mask;
      let first = slots[slot] ?? 0;
      while (first !== 0 && !(hashes[first - 1] === hash && areEqual(all[first - 1] ?? NO_LABELS, labels))) {
        slot = (slot + 1) & mask;
        first = slots[slot] ?? 0;
      }
      if (first === 0) slots[slot] = index + 1;
      else duplicates.set(index, first - 1);
    }
    return duplicates;
  }

  /** Empties the table and returns the number of slots to use: a power of two, at least twice the number of labels. */
  #clear(labels: number): number {
    let slots = MIN_SLOTS;
    while (slots < labels * 2) slots *= 2;
    if (slots > this.#slots.length) {
      this.#slots = new Int32Array(slots);
      this.#hashes = new Int32Array(slots / 2);
    } else {
      this.#slots.fill(0, 0, slots);
    }
    return slots;
  }
}

/** The order of the labels does not matter. An empty label counts as absent: Prometheus does not distinguish the two. */
function hashLabels(labels: Labels): number {
  let sum = 0;
  for (const name in labels) {
    const value = labels[name];
    if (value === undefined || value === '') continue;
    const text = typeof value === 'string' ? value : String(value);
    let hash = OFFSET_BASIS ^ name.length;
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
    sum = (sum + hash) | 0;
  }
  return mix(sum);
}

/** The last step of the hash function MurmurHash3: every bit of the result depends on every bit of the sum. */
function mix(sum: number): number {
  const once = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

function areEqual(one: Labels, other: Labels): boolean {
  return one === other || (contains(one, other) && contains(other, one));
}

function contains(all: Labels, some: Labels): boolean {
  for (const name in some) if (withoutEmpty(all[name]) !== withoutEmpty(some[name])) return false;
  return true;
}

function withoutEmpty(value: AttributeValue | undefined): AttributeValue | undefined {
  return value === '' ? undefined : value;
}
