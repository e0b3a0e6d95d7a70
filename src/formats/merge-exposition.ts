import type { MetricType } from '../metrics/metric.ts';
import type { ExposedFamily, ExposedSeries } from './exposition.ts';

export interface ExposedFile {
  readonly path: string;
  readonly families: readonly ExposedFamily[];
}

export interface MergedFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: readonly ExposedSeries[];
}

export interface Merged {
  readonly families: readonly MergedFamily[];
  /** Families that are left out because an earlier file describes them otherwise. */
  readonly inconsistent: readonly Error[];
  /** What else cannot stand beside what came before it: families of another type, series that are there already. */
  readonly refused: readonly Error[];
}

/**
 * The families of several files as one page has them: each name once, with the help of the first file that has any.
 * Within a file, series that lack a label of their neighbours get it empty.
 */
export function mergeExpositions(files: readonly ExposedFile[]): Merged {
  const families = new Map<string, Merging>();
  const inconsistent: Error[] = [];
  const refused: Error[] = [];
  for (const { path, families: own } of files) {
    for (const family of own) {
      const { name, type, help } = family;
      const merging = families.get(name) ?? new Merging(name, type);
      families.set(name, merging);
      if (help !== undefined && help !== (merging.help ?? help)) {
        inconsistent.push(new Error(`Cannot merge ${name} of ${path}: its help is not that of ${merging.paths[0]}`));
      } else if (type !== merging.type) {
        refused.push(new Error(`Cannot merge ${name} of ${path}: its type is not that of ${merging.paths[0]}`));
      } else {
        refused.push(...merging.add(family, path));
      }
    }
  }
  return { families: [...families.values()].map((merging) => merging.finish()), inconsistent, refused };
}

class Merging {
  readonly type: MetricType;
  readonly paths: string[] = [];
  help: string | undefined;
  readonly #name: string;
  readonly #labels = new Set<string>();
  readonly #series = new Map<string, ExposedSeries>();

  constructor(name: string, type: MetricType) {
    this.#name = name;
    this.type = type;
  }

  /** @returns an error for each series that is there already */
  add({ help, series }: ExposedFamily, path: string): Error[] {
    this.help ??= help;
    this.paths.push(path);
    const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
    for (const name of names) this.#labels.add(name);
    const refused: Error[] = [];
    for (const { labels, value } of series) {
      const filled = Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
      // To Prometheus an empty label is none.
      const key = JSON.stringify(Object.entries(filled).filter(([, text]) => text !== ''));
      if (this.#series.has(key)) refused.push(new Error(`Cannot take ${this.#name} of ${path} twice: ${key}`));
      else this.#series.set(key, { labels: filled, value });
    }
    return refused;
  }

  finish(): MergedFamily {
    return {
      name: this.#name,
      type: this.type,
      help: this.help ?? `Metric read from ${this.paths.join(', ')}`,
      labels: [...this.#labels],
      series: [...this.#series.values()],
    };
  }
}
