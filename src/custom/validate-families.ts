import type { Collector } from '../collection/collector.ts';
import { type AnyFamily, gauge } from '../metrics/metric.ts';
import { seriesNames, TARGET_INFO } from '../metrics/series-names.ts';
import { validateFamily } from './validate-family.ts';

/** All families of one exposition. */
export interface PageFamilies {
  /** Name of the exporter or target, for error messages. */
  readonly exporter: string;
  readonly collectors: readonly Collector[];
  /** Instruments of the program. */
  readonly instruments: readonly AnyFamily[];
  /** Families that describe the exporter itself. */
  readonly self: readonly AnyFamily[];
  /** Returns the name of a family in the exposition. */
  readonly nameOf: (family: AnyFamily) => string;
}

/**
 * Checks that every family of custom collectors and instruments is valid, and that no two families of an exposition share a
 * metric name. Prometheus would reject the whole exposition otherwise.
 *
 * @throws {Error} for the first invalid family or name conflict; the message of a conflict contains both users of the name
 */
export function validateFamilies({ exporter, collectors, instruments, self, nameOf }: PageFamilies): void {
  const names = new MetricNames(nameOf);
  for (const family of [gauge(TARGET_INFO, 'Resource.'), ...self]) names.add(family, exporter);
  for (const collector of collectors) {
    if (collector.source === undefined) names.addCollector(collector, `collector ${collector.name} of ${exporter}`);
  }
  for (const { name, source, families } of collectors) {
    if (source !== undefined) names.addValid(families, `collector ${name} of ${source}`);
  }
  names.addValid(instruments, `the metrics of ${exporter}`);
}

/** The metric names of an exposition. Each name has a user: a collector or a part of the program. */
class MetricNames {
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #users = new Map<string, string>();
  /** Declared name of the family that has a metric name. */
  readonly #declared = new Map<string, string>();
  /** Patterns for the names of dynamic families, each with the user of the names. */
  readonly #patterns: { readonly pattern: RegExp; readonly user: string }[] = [];

  constructor(nameOf: (family: AnyFamily) => string) {
    this.#nameOf = nameOf;
  }

  /** @throws {Error} if `--metrics.namespace` gives a family the metric name of a family with another declared name */
  addCollector({ families, dynamicFamilies = [] }: Collector, user: string): void {
    for (const family of families) {
      const taken = this.#seriesNames(family).find((name) => (this.#declared.get(name) ?? family.name) !== family.name);
      if (taken !== undefined) throw new Error(`Cannot run ${user}: ${this.#describeConflict(taken, family)}`);
      this.add(family, user);
    }
    for (const family of dynamicFamilies) {
      this.#patterns.push({ pattern: patternOf(this.#nameOf(family)), user });
    }
  }

  add(family: AnyFamily, user: string): void {
    for (const name of this.#seriesNames(family)) {
      this.#users.set(name, user);
      this.#declared.set(name, family.name);
    }
  }

  /** @throws {Error} for the first family that is invalid, or whose metric name is already used */
  addValid(families: readonly AnyFamily[], user: string): void {
    for (const family of families) {
      const reason = validateFamily(family) ?? this.#findConflict(family);
      if (reason !== undefined) throw new Error(`Cannot run ${user}: ${reason}`);
      this.add(family, user);
    }
  }

  #findConflict(family: AnyFamily): string | undefined {
    for (const name of this.#seriesNames(family)) {
      if (this.#userOf(name) !== undefined) return this.#describeConflict(name, family);
    }
    return undefined;
  }

  #describeConflict(name: string, family: AnyFamily): string {
    return `${this.#userOf(name)} already has the metric name ${name} of family ${family.name}`;
  }

  #userOf(name: string): string | undefined {
    return this.#users.get(name) ?? this.#patterns.find(({ pattern }) => pattern.test(name))?.user;
  }

  /**
   * Returns the names of a family's series. A Prometheus name and a semconv name never conflict, because only semconv names
   * contain dots.
   */
  #seriesNames(family: AnyFamily): readonly string[] {
    return seriesNames(this.#nameOf(family), family.type);
  }
}

/** Returns the pattern for the names of a dynamic family. For `node_vmstat_<field>`, the pattern is `/^node_vmstat_.+$/`. */
function patternOf(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(/<[^<>]*>/g, '.+')}$`);
}
