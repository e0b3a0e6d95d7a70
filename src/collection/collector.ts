import type { Flags, FlagValues } from '../flags/flag.ts';
import { AbsentError, type Host } from '../host/host.ts';
import type { AnyFamily, Convention, Emit } from '../metrics/metric.ts';
import type { SampleBuffer } from './sample-buffer.ts';

/** Reads one part of the host in every pass and emits its metrics. Holds no values between passes. */
export interface Collector {
  /** The value of the `collector` label and of `--collector.<name>`. */
  readonly name: string;
  /**
   * The families that the collector may emit, of both naming conventions, in the order of the page. Without the
   * {@link Collector.dynamicFamilies}. A collector runs only in passes of a convention that it has families of.
   */
  readonly families: readonly AnyFamily[];
  /**
   * Families whose names the kernel completes, with a placeholder in the name (`node_vmstat_<field>`). For
   * documentation.
   */
  readonly dynamicFamilies?: readonly AnyFamily[];
  /** Restricts the collector to passes of this convention. */
  readonly convention?: Convention;
  /**
   * Called once per pass. Samples that were emitted before an error remain in the pass. An error that costs only a part of
   * the metrics is reported ({@link Host.report}, {@link attempt}, {@link forEachItem}) and the collector goes on.
   *
   * @param host reports rows that a parser leaves out and attributes that cannot be read
   * @param buffer what `emit` adds to, for collectors that validate their labels themselves
   * @throws {AbsentError} if the host has no such file, device or feature
   * @throws {Error} if reading failed
   */
  collect(host: Host, emit: Emit, buffer: SampleBuffer): void | Promise<void>;
  /** The file of a user-defined collector: `./queue.ts`. Undefined for the exporter's own. */
  readonly source?: string;
  /** True if the collector contacts no target and reports in-process metrics only. */
  readonly isInProcess?: boolean;
}

/** Whether a collector runs by default: in every pass, in passes of the semantic conventions, or in none. */
type Enabled = boolean | 'semconv';

/** A collector with its flags, before the configuration is read. */
export interface CollectorDefinition {
  readonly name: string;
  readonly help: string;
  readonly enabled: Enabled;
  /** By full name: `collector.netdev.device-include`. */
  readonly flags: Flags;
  /** The file of a user-defined collector: `./queue.ts`. Undefined for the exporter's own. */
  readonly source?: string;
  create(values: Readonly<Record<string, unknown>>): Collector;
}

interface CollectorOptions<F extends Flags> {
  readonly name: string;
  /** One line for `--help`. */
  readonly help: string;
  /** Default: true. `semconv` is for collectors that are too slow for every scrape. */
  readonly enabled?: Enabled;
  /** By the part of the name after `collector.<name>.`: `device-include`. */
  readonly flags?: F;
  /** Replaces the collector's name in the names of its flags, where node_exporter does so: `powersupply`. */
  readonly flagPrefix?: string;
  /** Replaces `collector.<name>` in the names of the flags, where several collectors share them: `containers`. */
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
export function defineCollector<F extends Flags = {}>(definition: CollectorOptions<F>): CollectorDefinition {
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
      // Each value has the type that its flag declares: the configuration parses it with that flag.
      return { name, ...definition.create(options as FlagValues<F>) };
    },
  };
}

/** Returns a definition whose collector runs in passes of one convention only. */
export function onlyInConvention(convention: Convention, definition: CollectorDefinition): CollectorDefinition {
  return { ...definition, create: (values) => ({ ...definition.create(values), convention: convention }) };
}

/**
 * Runs a part of a collector that may fail without the others. The error of a part that fails is reported; a part that is
 * absent on this host ({@link AbsentError}) is not an error. A part reads everything before it emits.
 *
 * @returns the result of the part, or `undefined` for a part that failed or is absent
 */
export function attempt<T>(host: Host, part: () => Promise<T>): Promise<T | undefined>;
export function attempt<T>(host: Host, part: () => T): T | undefined;
export function attempt<T>(host: Host, part: () => T | Promise<T>): T | undefined | Promise<T | undefined> {
  try {
    const result = part();
    return result instanceof Promise ? result.catch((error: unknown) => reportUnlessAbsent(host, error)) : result;
  } catch (error) {
    return reportUnlessAbsent(host, error);
  }
}

/**
 * Runs all parts of a collector, one after the other, each as {@link attempt}.
 *
 * @throws {AbsentError} if all parts are absent
 */
export function attemptAll(host: Host, parts: readonly (() => void)[]): void {
  const absences: AbsentError[] = [];
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      if (error instanceof AbsentError) absences.push(error);
      else reportUnlessAbsent(host, error);
    }
  }
  const [absence] = absences;
  if (absence !== undefined && absences.length === parts.length) throw absence;
}

function reportUnlessAbsent(host: Host, error: unknown): undefined {
  for (const cause of error instanceof AggregateError ? error.errors : [error]) {
    if (!(cause instanceof AbsentError)) host.report(cause instanceof Error ? cause : new Error(String(cause)));
  }
}

/**
 * Visits every item of a list from the kernel. An item whose visit throws is dropped, the other items remain; an item
 * that has vanished since the list was read ({@link AbsentError}) is not an error. A visit reads everything before it
 * emits.
 *
 * @param lanes number of items that are visited at the same time. A visit that hangs blocks one lane.
 * @throws {AggregateError} after the last item, with one error for each failed item
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
