import type { Collector } from '../collection/collector.ts';
import { type AnyFamily, gauge } from '../metrics/metric.ts';
import { seriesNames, TARGET_INFO } from '../metrics/series-names.ts';
import { validateFamily } from './validate-family.ts';

export interface Page {
  /** What the exporter is called, for messages. */
  readonly exporter: string;
  readonly collectors: readonly Collector[];
  /** The families that a program keeps itself. */
  readonly metrics: readonly AnyFamily[];
  /** The families about the exporter. */
  readonly self: readonly AnyFamily[];
  /** The name of a family on the page. */
  readonly nameOf: (family: AnyFamily) => string;
}

/**
 * Every family of one's own is one that Prometheus accepts, and has its names on the page for itself.
 *
 * @throws {Error} for the first that is not so, with the place it comes from and, when a name is taken, who has it
 */
export function validateFamilies({ exporter, collectors, metrics, self, nameOf }: Page): void {
  const names = new TakenNames(nameOf);
  for (const family of [gauge(TARGET_INFO, 'The resource.'), ...self]) names.take(family, exporter);
  for (const collector of collectors) {
    if (collector.source === undefined) names.takeAll(collector, `collector ${collector.name} of ${exporter}`);
  }
  for (const { name, source, families } of collectors) {
    if (source !== undefined) names.takeGood(families, `collector ${name} of ${source}`);
  }
  names.takeGood(metrics, `the metrics of ${exporter}`);
}

/** Who has which name. */
class TakenNames {
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #owners = new Map<string, string>();
  /** Of families whose names the kernel completes. */
  readonly #patterns: { readonly pattern: RegExp; readonly owner: string }[] = [];

  constructor(nameOf: (family: AnyFamily) => string) {
    this.#nameOf = nameOf;
  }

  takeAll({ families, dynamicFamilies = [] }: Collector, owner: string): void {
    for (const family of families) this.take(family, owner);
    for (const family of dynamicFamilies) {
      this.#patterns.push({ pattern: patternOf(this.#nameOf(family)), owner });
    }
  }

  take(family: AnyFamily, owner: string): void {
    for (const name of this.#seriesNames(family)) this.#owners.set(name, owner);
  }

  /** @throws {Error} for the first that is bad or whose name is taken */
  takeGood(families: readonly AnyFamily[], owner: string): void {
    for (const family of families) {
      const reason = validateFamily(family) ?? this.#reasonToRefuse(family);
      if (reason !== undefined) throw new Error(`Cannot run ${owner}: ${reason}`);
      this.take(family, owner);
    }
  }

  #reasonToRefuse(family: AnyFamily): string | undefined {
    for (const name of this.#seriesNames(family)) {
      const owner = this.#owners.get(name) ?? this.#patterns.find(({ pattern }) => pattern.test(name))?.owner;
      if (owner !== undefined) return `family ${family.name} would be there twice, ${owner} has ${name}`;
    }
    return undefined;
  }

  /** Of the two conventions neither takes a name from the other: no name is one of both. */
  #seriesNames(family: AnyFamily): readonly string[] {
    return seriesNames(this.#nameOf(family), family.type);
  }
}

/** `node_vmstat_<field>` */
function patternOf(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(/<[^>]*>/g, '.+')}$`);
}
