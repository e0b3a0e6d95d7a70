import type { Labels } from '../metrics/metric.ts';

/** The labels of one series, all of them. */
export type LabelValues<L extends string = string> = Readonly<Record<L, string>>;

/** What a family keeps for one label set. */
export interface Series<C> {
  readonly labels: Labels;
  readonly cell: C;
  /** When it began, in seconds since 1970. */
  readonly startTime: number;
}

/** The label sets that begin with the same values. One `Map` for each label: to put the values together costs twice as much. */
interface Branch<C> {
  readonly branches: Map<string, Branch<C>>;
  set: Series<C> | undefined;
}

/** What a family keeps between scrapes, by label set. */
export class SeriesMap<C> {
  readonly #family: string;
  readonly #names: readonly string[];
  readonly #create: () => C;
  readonly #all = new Set<Series<C>>();
  #root: Branch<C> = createBranch();

  constructor(family: string, names: readonly string[], create: () => C) {
    this.#family = family;
    this.#names = names;
    this.#create = create;
  }

  /** In the order in which they began. */
  get all(): Iterable<Series<C>> {
    return this.#all;
  }

  /**
   * What is kept for a label set; begun when there is none.
   *
   * @throws {TypeError} for a label that is missing, was not declared or is no text
   */
  at(labels: LabelValues = {}): C {
    const set = this.#find(labels) ?? this.#begin(labels);
    return set.cell;
  }

  /** @returns whether there was such a label set */
  remove(labels: LabelValues = {}): boolean {
    this.#check(labels);
    return this.#removeFrom(
      this.#root,
      this.#names.map((name) => labels[name] ?? ''),
    );
  }

  clear(): void {
    this.#root = createBranch();
    this.#all.clear();
  }

  #find(labels: LabelValues): Series<C> | undefined {
    let branch: Branch<C> | undefined = this.#root;
    for (const name of this.#names) {
      branch = branch.branches.get(labels[name] ?? '');
      if (branch === undefined) return undefined;
    }
    let count = 0;
    for (const _ in labels) count += 1;
    return count === this.#names.length ? branch.set : undefined;
  }

  #begin(labels: LabelValues): Series<C> {
    this.#check(labels);
    let branch = this.#root;
    for (const name of this.#names) {
      const value = labels[name] ?? '';
      const next: Branch<C> = branch.branches.get(value) ?? createBranch();
      branch.branches.set(value, next);
      branch = next;
    }
    const set = { labels: Object.freeze({ ...labels }), cell: this.#create(), startTime: Date.now() / 1000 };
    branch.set = set;
    this.#all.add(set);
    return set;
  }

  /** Also the branches that lead to nothing any more: what comes and goes must not add up. */
  #removeFrom(branch: Branch<C>, [value, ...rest]: readonly string[]): boolean {
    if (value === undefined) {
      const { set } = branch;
      branch.set = undefined;
      return set !== undefined && this.#all.delete(set);
    }
    const next = branch.branches.get(value);
    if (next === undefined) return false;
    const removed = this.#removeFrom(next, rest);
    if (next.branches.size === 0 && next.set === undefined) branch.branches.delete(value);
    return removed;
  }

  #check(labels: LabelValues): void {
    const undeclared = Object.keys(labels).find((name) => !this.#names.includes(name));
    const bad = undeclared ?? this.#names.find((name) => typeof labels[name] !== 'string');
    if (bad === undefined) return;
    const reason = undeclared === undefined ? 'is no text' : 'was not declared';
    throw new TypeError(`Cannot keep ${this.#family}: label ${JSON.stringify(bad)} ${reason}`);
  }
}

function createBranch<C>(): Branch<C> {
  return { branches: new Map(), set: undefined };
}
