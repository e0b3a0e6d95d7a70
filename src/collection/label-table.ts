import { type LabelSet, NO_LABELS } from '../metrics/label-set.ts';

const MIN_SLOTS = 64;

/** Finds equal label sets with a hash table that is reused from family to family. */
export class LabelTable {
  /** By slot: the index of a set plus 1; 0 for an empty slot. */
  #slots = new Int32Array(MIN_SLOTS);

  /** Returns the index of each set that an earlier set equals, with the index of that set. */
  findDuplicates(sets: readonly LabelSet[]): ReadonlyMap<number, number> {
    const duplicates = new Map<number, number>();
    const mask = this.#clear(sets.length) - 1;
    const slots = this.#slots;
    const at = (index: number): LabelSet => sets[index] ?? NO_LABELS;
    for (let index = 0; index < sets.length; index += 1) {
      const set = at(index);
      let slot = set.hash & mask;
      let first = (slots[slot] ?? 0) - 1;
      while (first !== -1 && !at(first).isSameSeries(set)) {
        slot = (slot + 1) & mask;
        first = (slots[slot] ?? 0) - 1;
      }
      if (first === -1) slots[slot] = index + 1;
      else duplicates.set(index, first);
    }
    return duplicates;
  }

  /** Empties the table and returns the number of slots to use: a power of two, at least twice the number of sets. */
  #clear(sets: number): number {
    let slots = MIN_SLOTS;
    while (slots < sets * 2) slots *= 2;
    if (slots > this.#slots.length) this.#slots = new Int32Array(slots);
    else this.#slots.fill(0, 0, slots);
    return slots;
  }
}
