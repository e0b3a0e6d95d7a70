import type { Labels } from '../metrics/metric.ts';
import { processStart } from '../util/process-start.ts';

/** The labels of a series: a value for every label name. */
export type SeriesLabels<L extends string = string> = Readonly<Record<L, string>>;

/** @typeParam A the object that accumulates the value of the series */
export interface Series<A> {
  readonly labels: Labels;
  readonly accumulator: A;
  /** Seconds from the start of the process to the creation of the series. */
  readonly createdAfter: number;
}

/**
 * A node of a tree of label values. Each level of the tree belongs to one label. A single map with joined label values as
 * keys would take twice as long for each change of a series.
 */
interface TreeNode<A> {
  readonly children: Map<string, TreeNode<A>>;
  series: Series<A> | undefined;
}

/** The series of one instrument, by label values. */
export class SeriesMap<A> {
  readonly #family: string;
  readonly #labelNames: readonly string[];
  readonly #createAccumulator: () => A;
  readonly #all = new Set<Series<A>>();
  #root: TreeNode<A> = createNode();

  constructor(family: string, labelNames: readonly string[], createAccumulator: () => A) {
    this.#family = family;
    this.#labelNames = labelNames;
    this.#createAccumulator = createAccumulator;
  }

  /** All series in the order of their creation. */
  get all(): Iterable<Series<A>> {
    return this.#all;
  }

  /**
   * Returns the accumulator of a series. Creates the series if it does not exist.
   *
   * @throws {TypeError} if a label is missing, undeclared or not a string
   */
  getOrCreate(labels: SeriesLabels = {}): A {
    const series = this.#find(labels) ?? this.#create(labels);
    return series.accumulator;
  }

  /**
   * Removes a series.
   *
   * @returns whether the series existed
   * @throws {TypeError} if a label is missing, undeclared or not a string
   */
  remove(labels: SeriesLabels = {}): boolean {
    this.#validate(labels);
    return this.#removeBelow(
      this.#root,
      this.#labelNames.map((name) => labels[name] ?? ''),
    );
  }

  clear(): void {
    this.#root = createNode();
    this.#all.clear();
  }

  #find(labels: SeriesLabels): Series<A> | undefined {
    let node: TreeNode<A> | undefined = this.#root;
    for (const name of this.#labelNames) {
      node = node.children.get(labels[name] ?? '');
      if (node === undefined) return undefined;
    }
    let count = 0;
    for (const _ in labels) count += 1;
    return count === this.#labelNames.length ? node.series : undefined;
  }

  #create(labels: SeriesLabels): Series<A> {
    this.#validate(labels);
    let node = this.#root;
    for (const name of this.#labelNames) {
      const value = labels[name] ?? '';
      const child: TreeNode<A> = node.children.get(value) ?? createNode();
      node.children.set(value, child);
      node = child;
    }
    const series = {
      labels: Object.freeze({ ...labels }),
      accumulator: this.#createAccumulator(),
      createdAfter: Date.now() / 1000 - processStart.read(),
    };
    node.series = series;
    this.#all.add(series);
    return series;
  }

  /**
   * Removes a series, and all nodes that lead to no other series. Without the removal of nodes, the tree would grow with
   * every new label value.
   */
  #removeBelow(node: TreeNode<A>, [value, ...rest]: readonly string[]): boolean {
    if (value === undefined) {
      const { series } = node;
      node.series = undefined;
      return series !== undefined && this.#all.delete(series);
    }
    const child = node.children.get(value);
    if (child === undefined) return false;
    const isRemoved = this.#removeBelow(child, rest);
    if (child.children.size === 0 && child.series === undefined) node.children.delete(value);
    return isRemoved;
  }

  #validate(labels: SeriesLabels): void {
    const undeclared = Object.keys(labels).find((name) => !this.#labelNames.includes(name));
    if (undeclared !== undefined) {
      throw new TypeError(`Cannot change ${this.#family}: label ${JSON.stringify(undeclared)} is not declared`);
    }
    const invalid = this.#labelNames.find((name) => typeof labels[name] !== 'string');
    if (invalid !== undefined) {
      throw new TypeError(`Cannot change ${this.#family}: expected a string for label ${JSON.stringify(invalid)}`);
    }
  }
}

function createNode<A>(): TreeNode<A> {
  return { children: new Map(), series: undefined };
}
