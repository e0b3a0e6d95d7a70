import type { LabelSet } from '../metrics/label-set.ts';
import type { AnyFamily } from '../metrics/metric.ts';
import type { Samples } from '../metrics/samples.ts';

/**
 * Finds series that occur twice in one pass. Because the label cache interns labels, most families have the same label sets
 * in the same order as in the last pass, and a comparison of references proves that no series occurs twice. If label sets
 * are new, the check computes hashes, but only for the families that contain new label sets.
 */
export class UniqueSeries {
  /**
   * The last value that was used for {@link LabelSet.mark}. All instances share the values, because they share the label
   * set `NO_LABELS`.
   */
  static #lastMark = 0;
  /** The label sets of each family from the last check of the family, without duplicates. */
  readonly #checked = new WeakMap<AnyFamily, LabelSetArray>();

  /** Returns the indexes of the samples whose series has an earlier sample in the family, in ascending order. */
  findDuplicates(family: AnyFamily, { labelSets, length }: Samples): readonly number[] {
    const last = this.#checked.get(family) ?? [];
    if (length <= 1 || startsWith(last, labelSets, length)) return [];
    const duplicates = findEqualSets(last, labelSets.slice(0, length), {
      checked: ++UniqueSeries.#lastMark,
      seen: ++UniqueSeries.#lastMark,
    });
    const skipped = new Set(duplicates);
    this.#checked.set(
      family,
      duplicates.length === 0 ? labelSets : labelSets.filter((_set, index) => !skipped.has(index)),
    );
    return duplicates;
  }
}

/** Label sets of samples. The array may have unused elements at its end. */
type LabelSetArray = readonly (LabelSet | undefined)[];

/** Returns whether the first `length` label sets of two arrays are the same objects. */
function startsWith(last: LabelSetArray, sets: LabelSetArray, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (last[index] !== sets[index]) return false;
  return true;
}

/**
 * Returns the index of each label set that equals an earlier label set of the list.
 *
 * @param last label sets of which no two are equal
 * @param marks two numbers that no other check uses
 */
function findEqualSets(last: LabelSetArray, sets: LabelSetArray, marks: { checked: number; seen: number }): number[] {
  for (const set of last) if (set !== undefined) set.mark = marks.checked;
  const added = new LabelSetTable();
  for (const set of sets) if (set !== undefined && set.mark !== marks.checked) added.add(set);
  const duplicates: number[] = [];
  for (const [index, set] of sets.entries()) {
    const representative = set && (added.find(set) ?? set);
    if (representative === undefined) continue;
    if (representative.mark === marks.seen) duplicates.push(index);
    else representative.mark = marks.seen;
  }
  return duplicates;
}

/** Holds one label set for each series, in a hash table with linear probing. */
class LabelSetTable {
  readonly #byHash = new Map<number, LabelSet>();

  add(set: LabelSet): void {
    const slot = this.#slotOf(set);
    if (!this.#byHash.has(slot)) this.#byHash.set(slot, set);
  }

  /** Returns the label set in the table that identifies the same series. */
  find(set: LabelSet): LabelSet | undefined {
    return this.#byHash.size === 0 ? undefined : this.#byHash.get(this.#slotOf(set));
  }

  /**
   * Returns the slot of the set's series in the table: the slot that contains the series or, if the series is new, a free
   * slot.
   */
  #slotOf(set: LabelSet): number {
    let slot = set.hash;
    for (let other = this.#byHash.get(slot); other !== undefined && !other.isSameSeries(set); ) {
      slot += 1;
      other = this.#byHash.get(slot);
    }
    return slot;
  }
}
