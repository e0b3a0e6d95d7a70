import type { AnyFamily, Attributes, Sample } from '../metrics/metric.ts';

/** A label set that a collector emits: kept from pass to pass, and shared. */
export interface KnownLabels {
  readonly labels: Sample['labels'];
  /** The last run that emitted it for each family of the table, by the family's place among them. */
  readonly runs: number[];
  /** The last run that emitted it. */
  lastRun: number;
}

/** The label sets of all families of a collector that have the same labels. */
export class LabelInterner {
  readonly #names: readonly string[];
  readonly #areAttributes: boolean;
  readonly #byKey = new Map<string, KnownLabels>();
  /** What is frozen is made once, and found by what it is. */
  #byObject = new WeakMap<Attributes, KnownLabels>();
  #last: KnownLabels | undefined;
  /** The labels that were asked for last, where they never change. */
  #lastFrozen: Attributes | undefined;
  #emitted = 0;

  constructor({ labels, convention }: AnyFamily) {
    this.#names = labels;
    this.#areAttributes = convention === 'semconv';
  }

  /** @returns `undefined` for labels that no family of the table has */
  find(labels: Attributes): KnownLabels | undefined {
    // Most often the same labels come for one family after the other.
    if (this.#last !== undefined && (labels === this.#lastFrozen || this.#areAll(labels, this.#last.labels))) {
      return this.#last;
    }
    const frozen = this.#byObject.get(labels);
    this.#last = frozen ?? this.#findByKey(labels);
    this.#lastFrozen = frozen === undefined ? undefined : labels;
    return this.#last;
  }

  /** @returns false when this run has emitted it for this family before */
  enter(known: KnownLabels, run: number, place: number): boolean {
    if (known.runs[place] === run) return false;
    known.runs[place] = run;
    if (known.lastRun !== run) {
      known.lastRun = run;
      this.#emitted += 1;
    }
    return true;
  }

  /** Forgets what the run has not emitted. */
  endRun(run: number): void {
    if (this.#byKey.size > this.#emitted) {
      for (const [key, { lastRun }] of this.#byKey) if (lastRun !== run) this.#byKey.delete(key);
      this.#byObject = new WeakMap();
    }
    this.#last = undefined;
    this.#lastFrozen = undefined;
    this.#emitted = 0;
  }

  /** Whether labels are exactly those, and all that there can be. */
  #areAll(labels: Attributes, known: Sample['labels']): boolean {
    let count = 0;
    for (const name in labels) {
      if (labels[name] !== known[name]) return false;
      count += 1;
    }
    return count === this.#names.length;
  }

  #findByKey(labels: Attributes): KnownLabels | undefined {
    const key = this.#key(labels);
    if (key === undefined) return undefined;
    let known = this.#byKey.get(key);
    if (known === undefined) {
      known = { labels: this.#present(labels), runs: [], lastRun: 0 };
      this.#byKey.set(key, known);
    }
    if (Object.isFrozen(labels)) this.#byObject.set(labels, known);
    return known;
  }

  /** Different label sets have different keys, whatever characters are in them. To Prometheus an empty label is none. */
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

  #present(labels: Attributes): Sample['labels'] {
    const present = this.#names.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(present);
  }
}
