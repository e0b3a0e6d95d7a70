import type { Flags, FlagValues } from '../flags/flag.ts';
import { AbsentError, type Host } from '../host/host.ts';
import type { AnyFamily, Convention, Emit } from '../metrics/metric.ts';

/**
 * What reads one part of the machine: declare, read, emit.
 *
 * `collect` is called once per pass and keeps nothing between passes. Throwing {@link AbsentError} says that this
 * machine has no such thing; any other error says that reading it failed. What was emitted before stays.
 */
export interface Collector {
  /** The value of the `collector` label and of `--collector.<name>`. */
  readonly name: string;
  /**
   * Every family it can emit, in the order of the page, but those of {@link Collector.dynamicFamilies}; those of both
   * conventions. One pass emits those of one: a collector that has none of that is not run.
   */
  readonly families: readonly AnyFamily[];
  /** For the documentation: how families are called whose names the kernel completes (`node_vmstat_<field>`). */
  readonly dynamicFamilies?: readonly AnyFamily[];
  /** It runs in passes of that convention, and in no others. */
  readonly convention?: Convention;
  collect(host: Host, emit: Emit): void | Promise<void>;
  /** Where it comes from, when it is not the exporter's own: `./queue.ts`. */
  readonly source?: string;
  /** It asks nobody: it has only what the program itself counts. */
  readonly isInProcess?: boolean;
}

/** When a collector runs that no flag speaks of: in every pass, in those of one convention, or in none. */
type Enabled = boolean | 'semconv';

/** How the configuration makes a collector: its flags and whether it runs when no flag says so. */
export interface CollectorDefinition {
  readonly name: string;
  readonly help: string;
  readonly enabled: Enabled;
  /** By full name: `collector.netdev.device-include`. */
  readonly flags: Flags;
  /** Where it comes from, when it is not the exporter's own: `./queue.ts`. */
  readonly source?: string;
  create(values: Readonly<Record<string, unknown>>): Collector;
}

interface Definition<F extends Flags> {
  readonly name: string;
  /** One line for `--help`. */
  readonly help: string;
  /** Default: true. `semconv`: it is too slow for each scrape, and the conventions want it. */
  readonly enabled?: Enabled;
  /** By the name after `collector.<name>.`: `device-include`. */
  readonly flags?: F;
  /** What its flags say instead of the name, where node_exporter's do: `powersupply`. */
  readonly flagPrefix?: string;
  /** What its flags begin with instead of `collector.<name>`, where they are not its own alone: `containers`. */
  readonly flagRoot?: string;
  create(options: FlagValues<F>): Omit<Collector, 'name'>;
}

/**
 * Defines a collector with its flags.
 *
 * @example
 * export const netdev = defineCollector({
 *   name: 'netdev',
 *   help: 'Network device statistics from /proc/net/dev',
 *   flags: { 'device-include': pattern('Devices to include.') },
 *   create: ({ 'device-include': included }) => ({ families: [received], collect(host, emit) { … } }),
 * });
 */
// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export function defineCollector<F extends Flags = {}>(definition: Definition<F>): CollectorDefinition {
  const { name, help, enabled = true, flagPrefix = name } = definition;
  const prefix = `${definition.flagRoot ?? `collector.${flagPrefix}`}.`;
  const flags = Object.fromEntries(
    Object.entries(definition.flags ?? {}).map(([suffix, flag]) => [prefix + suffix, flag]),
  );
  return {
    name,
    help,
    enabled,
    flags,
    create(values) {
      const options = Object.fromEntries(Object.keys(flags).map((flag) => [flag.slice(prefix.length), values[flag]]));
      // The one place where values come back under the types their flags declare.
      return { name, ...definition.create(options as FlagValues<F>) };
    },
  };
}

/** The same collector for passes of one convention. */
export function onlyInConvention(convention: Convention, definition: CollectorDefinition): CollectorDefinition {
  return { ...definition, create: (values) => ({ ...definition.create(values), convention: convention }) };
}

/**
 * Visits every item the kernel lists; one that fails is dropped whole and its neighbours stay. An item that is gone by
 * the time it is read is skipped. A visit reads everything first and emits last.
 *
 * @param lanes how many items may be under way at once: one that hangs keeps its lane, and the others go on in the rest
 * @throws {AggregateError} after the last item, with one error for each that failed
 */
export async function forEachItem<T>(
  items: Iterable<T>,
  visit: (item: T) => void | Promise<void>,
  lanes = 1,
): Promise<void> {
  const errors: unknown[] = [];
  // All lanes take from one iterator.
  const rest = [...items].values();
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      try {
        const visited = visit(item);
        if (visited instanceof Promise) await visited;
      } catch (error) {
        if (!(error instanceof AbsentError)) errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (errors.length > 0) throw new AggregateError(errors);
}
