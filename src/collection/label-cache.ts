/**
 * Interns the labels that collectors emit. Collectors write labels as plain literals, in each pass mostly the same in
 * the same order. The label sets of the last run are found again by comparing them one after the other, without a hash
 * table, and with them their text for the page. *Measured* against collectors that share and cache their labels: 2 %
 * less CPU time for 15,600 series of a big host and for 53,000 series of 1,000 containers, and 80 ns instead of 140 ns
 * per series alone.
 */
import { LabelSet } from '../metrics/label-set.ts';
import type { Attributes, Convention } from '../metrics/metric.ts';

/** The most sets that a search compares: an item rarely has more. */
const MAX_COMPARED = 64;

/** Holds the label sets of the last run of each collector. */
export class LabelCache {
  readonly #sets = { prometheus: new Map<object, LabelSets>(), semconv: new Map<object, LabelSets>() };

  /**
   * Returns the sequence for a run. Runs may overlap; the sets of the run that ends last remain.
   *
   * @param owner the collector
   */
  startRun(convention: Convention, owner: object): LabelSequence {
    const last = this.#sets[convention];
    return new LabelSequence(last.get(owner), (sets) => last.set(owner, sets));
  }
}

type LabelSets = readonly LabelSet[];

/** The label sets of one run, in the order in which the collector emits them. */
export class LabelSequence {
  readonly #previous: LabelSets;
  readonly #onFinish: (sets: LabelSets) => void;
  readonly #sets: LabelSet[] = [];
  /** The index of the set of the last run that is expected next. */
  #next = 0;
  #current: LabelSet | undefined;
  /** The object that was interned last. */
  #source: Attributes | undefined;
  /** Created for the first search of the run. */
  #starts: ReadonlyMap<unknown, number> | undefined;

  constructor(previous: LabelSets = [], onFinish: (sets: LabelSets) => void = () => undefined) {
    this.#previous = previous;
    this.#onFinish = onFinish;
  }

  /** Returns a set of these labels: that of another series, that of the last run, or a new one. */
  intern(labels: Attributes): LabelSet {
    if (labels === this.#source && this.#current !== undefined) return this.#current;
    this.#source = labels;
    if (this.#current?.equals(labels)) return this.#current;
    const set = this.#findPrevious(labels) ?? this.#findRecent(labels) ?? new LabelSet(labels);
    this.#sets.push(set);
    this.#current = set;
    return set;
  }

  /** Hands the sets over to the next run. */
  finish(): void {
    this.#onFinish(this.#sets);
  }

  #findPrevious(labels: Attributes): LabelSet | undefined {
    const expected = this.#previous[this.#next];
    if (expected?.equals(labels)) {
      this.#next += 1;
      return expected;
    }
    return this.#previous.length === 0 ? undefined : this.#search(labels);
  }

  /** Searches this run, for items whose series alternate between label sets. */
  #findRecent(labels: Attributes): LabelSet | undefined {
    const end = Math.max(0, this.#sets.length - MAX_COMPARED);
    for (let index = this.#sets.length - 1; index >= end; index -= 1) {
      const set = this.#sets[index];
      if (set?.equals(labels)) return set;
    }
    return undefined;
  }

  /** Searches the last run from the first set of the same item on, because items have appeared or vanished since. */
  #search(labels: Attributes): LabelSet | undefined {
    this.#starts ??= findStarts(this.#previous);
    const start = this.#starts.get(firstValue(labels));
    if (start === undefined) return undefined;
    for (let index = start; index < start + MAX_COMPARED; index += 1) {
      const set = this.#previous[index];
      if (set?.equals(labels)) {
        this.#next = index + 1;
        return set;
      }
    }
    return undefined;
  }
}

/**
 * Returns the index of the first set of each item. The first label mostly identifies the item: a device, a container.
 */
function findStarts(sets: LabelSets): ReadonlyMap<unknown, number> {
  const starts = new Map<unknown, number>();
  for (const [index, { labels }] of sets.entries()) {
    const value = firstValue(labels);
    if (!starts.has(value)) starts.set(value, index);
  }
  return starts;
}

function firstValue(labels: Attributes): unknown {
  for (const name in labels) return labels[name];
  return undefined;
}
