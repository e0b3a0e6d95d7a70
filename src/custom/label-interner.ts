import type { AnyFamily, Attributes, Sample } from '../metrics/metric.ts';

/** A label set, and the last run that emitted it. `labels` is the same object in every pass. */
export interface InternedLabels {
  readonly labels: Sample['labels'];
  /** Number of the last run that emitted a series with these labels. */
  lastRun: number;
}

/** Interns the label sets of one collector. All families that share an interner have the same label names. */
export class LabelInterner {
  readonly #names: readonly string[];
  /** True for families of the semantic conventions. Their attributes may be numbers and booleans. */
  readonly #areAttributes: boolean;
  readonly #byKey = new Map<string, InternedLabels>();
  /**
   * Interned labels by the object that a collector emitted. Only frozen objects are in this map, because their labels never
   * change.
   */
  #byObject = new WeakMap<Attributes, InternedLabels>();
  #last: InternedLabels | undefined;
  /** The argument of the last call of `intern()`; `undefined` if this object was not frozen. */
  #lastFrozen: Attributes | undefined;
  /** Number of label sets that the current run has emitted. */
  #emitted = 0;

  constructor({ labels, convention }: AnyFamily) {
    this.#names = labels;
    this.#areAttributes = convention === 'semconv';
  }

  /** Returns the interned object for a label set; `undefined` if the labels are not valid for the families. */
  intern(labels: Attributes): InternedLabels | undefined {
    // This is a fast check for a frequent case: a collector emits several families in a row with the same labels.
    if (this.#last !== undefined && (labels === this.#lastFrozen || this.#areEqual(labels, this.#last.labels))) {
      return this.#last;
    }
    const frozen = this.#byObject.get(labels);
    this.#last = frozen ?? this.#internByKey(labels);
    this.#lastFrozen = frozen === undefined ? undefined : labels;
    return this.#last;
  }

  /** Records that the current run emits a series with these labels. */
  markEmitted(interned: InternedLabels, run: number): void {
    if (interned.lastRun === run) return;
    interned.lastRun = run;
    this.#emitted += 1;
  }

  /** Removes the label sets that this run has not emitted. */
  endRun(run: number): void {
    if (this.#byKey.size > this.#emitted) {
      for (const [key, { lastRun }] of this.#byKey) if (lastRun !== run) this.#byKey.delete(key);
      this.#byObject = new WeakMap();
    }
    this.#last = undefined;
    this.#lastFrozen = undefined;
    this.#emitted = 0;
  }

  #areEqual(labels: Attributes, interned: Sample['labels']): boolean {
    let count = 0;
    for (const name in labels) {
      if (labels[name] !== interned[name]) return false;
      count += 1;
    }
    return count === this.#names.length;
  }

  #internByKey(labels: Attributes): InternedLabels | undefined {
    const key = this.#key(labels);
    if (key === undefined) return undefined;
    let interned = this.#byKey.get(key);
    if (interned === undefined) {
      interned = { labels: this.#withoutUndefined(labels), lastRun: 0 };
      this.#byKey.set(key, interned);
    }
    if (Object.isFrozen(labels)) this.#byObject.set(labels, interned);
    return interned;
  }

  /**
   * Returns a key that identifies the label set, even if the values contain special characters; `undefined` for invalid
   * labels. A missing label and an empty label result in the same key, because Prometheus does not distinguish them.
   */
  #key(labels: Attributes): string | undefined {
    let key = '';
    let declared = 0;
    for (const name of this.#names) {
      const value = labels[name];
      if (value !== undefined) declared += 1;
      if (typeof value === 'string') key += `${value.length}:${value}`;
      else if (value === undefined) key += '0:';
      else if (this.#areAttributes && typeof value !== 'object') key += `${typeof value}:${value}`;
      else return undefined;
    }
    let present = 0;
    for (const name in labels) if (labels[name] !== undefined) present += 1;
    return present === declared ? key : undefined;
  }

  #withoutUndefined(labels: Attributes): Sample['labels'] {
    const present = this.#names.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(present);
  }
}
