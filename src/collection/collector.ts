import type { Flags, FlagValues } from '../flags/flag.ts';
import { AbsentError, type Host } from '../host/host.ts';
import type { AnyFamily, Convention, Emit } from '../metrics/metric.ts';
import type { SampleBuffer } from './sample-buffer.ts';

/** A collector reads one part of the host in every pass and emits the metrics of that part. */
export interface Collector {
  /** Name of the collector. It is the value of the label `collector` and a part of the flag `--collector.<name>`. */
  readonly name: string;
  /**
   * Families that the collector may emit for both naming conventions, in the order of the exposition. The list does not
   * contain the {@link Collector.dynamicFamilies}. A collector without semconv families does not run in passes for semconv.
   */
  readonly families: readonly AnyFamily[];
  /**
   * Families whose names contain a name from the kernel. The declared name contains a placeholder instead
   * (`node_vmstat_<field>`). The documentation lists these families.
   */
  readonly dynamicFamilies?: readonly AnyFamily[];
  /** Restricts the collector to passes of this convention. */
  readonly convention?: Convention;
  /**
   * Called once per pass. Samples that were emitted before an error remain in the pass. If an error affects only some of
   * the metrics, the collector reports the error ({@link Host.report}, {@link attempt}, {@link forEachItem}) and continues.
   *
   * @param host the host to read; receives the error of each row that a parser leaves out and of each attribute that cannot
   *   be read
   * @param buffer the buffer to which `emit` adds samples. A collector that validates its labels itself may use the buffer
   *   directly.
   * @throws {AbsentError} if the host has no such file, device or feature
   * @throws {Error} if reading failed
   */
  collect(host: Host, emit: Emit, buffer: SampleBuffer): void | Promise<void>;
  /**
   * Path of the file that defines a custom collector, for example `./queue.ts`; `undefined` for a collector of the
   * exporter.
   */
  readonly source?: string;
  /** True if the collector reports only metrics of this process. Its success does not show that a target is up. */
  readonly isInProcess?: boolean;
}

/** The passes in which a collector runs by default: all (`true`), none (`false`), or only passes for semconv. */
type Enabled = boolean | 'semconv';

/** Describes a collector and its flags, and creates the collector from the values of the flags. */
export interface CollectorDefinition {
  readonly name: string;
  readonly help: string;
  readonly enabled: Enabled;
  /** Flags of the collector by full name, for example `collector.netdev.device-include`. */
  readonly flags: Flags;
  /**
   * Path of the file that defines a custom collector, for example `./queue.ts`; `undefined` for a collector of the
   * exporter.
   */
  readonly source?: string;
  create(values: Readonly<Record<string, unknown>>): Collector;
}

interface CollectorOptions<F extends Flags> {
  readonly name: string;
  /** Description for `--help`, in one line. */
  readonly help: string;
  /**
   * Whether the collector runs by default. Default: true. `semconv` means only in pushes with semconv names, for a collector
   * that is too slow for scrapes.
   */
  readonly enabled?: Enabled;
  /**
   * Flags of the collector. The keys are the names of the flags without `collector.<name>.`, for example `device-include`.
   */
  readonly flags?: F;
  /**
   * Replaces the name of the collector in the names of its flags. For example, node_exporter's flags of the collector
   * powersupplyclass start with `collector.powersupply`.
   */
  readonly flagPrefix?: string;
  /** Replaces `collector.<name>` in the names of flags that several collectors share, for example with `containers`. */
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
      // The configuration has parsed each value with its flag, so the value has the type of the flag.
      return { name, ...definition.create(options as FlagValues<F>) };
    },
  };
}

/** Returns a definition whose collector runs in passes of one convention only. */
export function onlyInConvention(convention: Convention, definition: CollectorDefinition): CollectorDefinition {
  return { ...definition, create: (values) => ({ ...definition.create(values), convention: convention }) };
}

/**
 * Runs one part of a collector. If the part fails, its error is reported, and the other parts can still run. An {@link
 * AbsentError} is not reported. The part must finish all its reads before it emits samples.
 *
 * @returns the result of the part; `undefined` if the part failed or is absent on this host
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
 * Runs all parts of a collector, one after the other. Errors are handled as in {@link attempt}.
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
 * Calls a function for every item of a list from the kernel. A call that throws does not affect the other items. An item
 * that has vanished since the list was read ({@link AbsentError}) is not an error. For each item, the function must finish
 * all reads before it emits samples, so that an item with an error has no samples.
 *
 * @param lanes maximum number of calls that run at the same time. Each call that hangs reduces this number by one.
 * @throws {AggregateError} after the last item, with one error for each failed item
 */
export async function forEachItem<T>(
  items: Iterable<T>,
  visit: (item: T) => void | Promise<void>,
  lanes = 1,
): Promise<void> {
  const errors: unknown[] = [];
  // The calls that run at the same time take their items from this shared iterator.
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
