import type { MetricType } from '../metrics/metric.ts';
import type { Steps } from '../util/slices.ts';
import type { ExpositionFamily, ExpositionSeries } from './exposition.ts';

export interface ExpositionFile {
  readonly path: string;
  readonly families: readonly ExpositionFamily[];
}

export interface MergedFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: readonly ExpositionSeries[];
}

export interface MergedExposition {
  readonly families: readonly MergedFamily[];
  /**
   * One error for each family whose help in a file differs from its help in an earlier file. The family of the later file
   * is left out.
   */
  readonly inconsistent: readonly Error[];
  /**
   * Errors of two kinds. The first kind is an error for each family whose type in a file differs from its type in an
   * earlier file; the family of the later file is left out. The second kind is an error for each duplicate series.
   */
  readonly rejected: readonly Error[];
}

/**
 * Merges the families of several files, so that each name and each series occurs once. A family gets its help from the
 * first file that contains a help for the family. If series of one family in a file have different label names, each series
 * gets the missing labels with an empty value. The work has one step for each series.
 */
export function* mergeExpositions(files: readonly ExpositionFile[]): Steps<MergedExposition> {
  const merged = new Map<string, MergedFamilyBuilder>();
  const inconsistent: Error[] = [];
  const rejected: Error[] = [];
  for (const { path, families } of files) {
    for (const family of families) {
      const { name, type, help } = family;
      const builder = merged.get(name) ?? new MergedFamilyBuilder(name, type);
      merged.set(name, builder);
      const [firstPath] = builder.paths;
      if (help !== undefined && help !== (builder.help ?? help)) {
        inconsistent.push(new Error(`Cannot merge ${name} of ${path}: the help differs from ${firstPath}`));
      } else if (type !== builder.type) {
        rejected.push(new Error(`Cannot merge ${name} of ${path}: the type differs from ${firstPath}`));
      } else {
        rejected.push(...(yield* builder.add(family, path)));
      }
      yield;
    }
  }
  return { families: [...merged.values()].map((builder) => builder.build()), inconsistent, rejected };
}

/**
 * Maximum number of label values in all series of a family, including empty values. To create 500,000 values takes 0.5 s.
 */
const MAX_LABEL_VALUES = 500_000;

class MergedFamilyBuilder {
  readonly type: MetricType;
  readonly paths: string[] = [];
  help: string | undefined;
  readonly #name: string;
  readonly #labels = new Set<string>();
  readonly #series = new Map<string, ExpositionSeries>();

  constructor(name: string, type: MetricType) {
    this.#name = name;
    this.type = type;
  }

  /** @returns an error for each duplicate series, or for a family with too many labels */
  *add({ help, series }: ExpositionFamily, path: string): Steps<Error[]> {
    const found = new Set<string>();
    for (const { labels } of series) {
      for (const name of Object.keys(labels)) found.add(name);
      yield;
    }
    if (found.size * series.length > MAX_LABEL_VALUES) {
      const size = `${series.length} series with ${found.size} label names`;
      return [new Error(`Cannot add ${this.#name} of ${path}: ${size} have more than ${MAX_LABEL_VALUES} values`)];
    }
    this.help ??= help;
    this.paths.push(path);
    const names = [...found].sort();
    for (const name of names) this.#labels.add(name);
    const duplicates: Error[] = [];
    for (const { labels, value } of series) {
      const filled = Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
      // Prometheus treats an empty label as an absent label.
      const key = JSON.stringify(Object.entries(filled).filter(([, text]) => text !== ''));
      if (this.#series.has(key))
        duplicates.push(new Error(`Cannot add ${this.#name} of ${path}: duplicate series ${key}`));
      else this.#series.set(key, { labels: filled, value });
      yield;
    }
    return duplicates;
  }

  build(): MergedFamily {
    return {
      name: this.#name,
      type: this.type,
      help: this.help ?? `Metric read from ${this.paths.join(', ')}`,
      labels: [...this.#labels],
      series: [...this.#series.values()],
    };
  }
}
