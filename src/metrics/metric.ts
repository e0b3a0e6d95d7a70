/**
 * Declarations of metrics. A *family* is a declared metric, a *sample* is one value of a family with its labels.
 *
 * A family follows one of two naming conventions: that of Prometheus (https://prometheus.io/docs/practices/naming/),
 * where the declared name is the name on the page, or OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/).
 */

/** A pass contains the families of one naming convention. */
export type Convention = 'prometheus' | 'semconv';

/** OpenTelemetry has no summary and no untyped metric: both are pushed as gauges. Prometheus has no up-down counter. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'updowncounter' | 'summary' | 'untyped';

/** Labels of a series. Those that are `undefined` are left out. */
export type Labels<L extends string = string> = Readonly<Record<L, string | undefined>>;

export type AttributeValue = string | number | boolean;

/** Attributes of a data point of the semantic conventions. Those that are `undefined` are left out. */
export type Attributes<L extends string = string> = Readonly<Record<L, AttributeValue | undefined>>;

export interface Family<
  L extends string = string,
  T extends MetricType = MetricType,
  V extends Convention = 'prometheus',
> {
  readonly convention: V;
  readonly name: string;
  readonly help: string;
  readonly type: T;
  /** In UCUM (`s`, `By`, `{thread}`). Empty for Prometheus, where the unit is a part of the name. */
  readonly unit: string;
  readonly labels: readonly L[];
  /** `observable`: an instrument of OpenTelemetry. `producer`: handed over by a `MetricProducer`. */
  readonly route: 'observable' | 'producer';
  /** Whether another program has declared the family. `--metrics.namespace` does not change its name. */
  readonly external?: boolean;
  /** Whether passes of both conventions contain the family, under its Prometheus name. For user-defined families. */
  readonly bothConventions?: boolean;
}

export type AnyFamily = Family<string, MetricType, Convention>;

/** The buckets of a histogram. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  /** The number of observations less than or equal to each bound. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** The quantiles of a summary. */
export interface SummaryValue {
  /** In ascending order of the quantiles. */
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  readonly sum: number;
  readonly count: number;
}

export type ValueOf<T extends MetricType> = T extends 'histogram'
  ? HistogramValue
  : T extends 'summary'
    ? SummaryValue
    : number;

export interface Sample {
  readonly value: number | HistogramValue | SummaryValue;
  /** Without undefined ones. */
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** Unix time in seconds at which a counter started, if it started after the boot of the host. */
  readonly startTime?: number;
}

/**
 * Adds a sample to the pass, with exactly the labels that the family declares. Samples of families that do not belong
 * to the convention of the pass are dropped.
 *
 * @example
 * emit(received, 1234, { device: 'eth0' });
 */
export interface Emit {
  <L extends string, T extends MetricType, V extends Convention>(
    family: Family<L, T, V>,
    value: ValueOf<T>,
    ...rest: [L] extends [never]
      ? [labels?: undefined, startTime?: number]
      : [labels: V extends 'semconv' ? Attributes<L> : Labels<L>, startTime?: number]
  ): void;
  /** The convention of the pass, for work that only one convention needs. */
  readonly convention: Convention;
}

/** Declares a gauge: a value that may go up and down. */
export function gauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { convention: 'prometheus', name, help, type: 'gauge', unit: '', labels, route: 'producer' };
}

/** Declares a counter: a value that only grows, until its source restarts. */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'counter'> {
  return { convention: 'prometheus', name, help, type: 'counter', unit: '', labels, route: 'producer' };
}

/** Declares a histogram: observations counted in buckets. */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'histogram'> {
  return { convention: 'prometheus', name, help, type: 'histogram', unit: '', labels, route: 'producer' };
}

/** Declares an external family: its name, HELP and type come from another program. */
export function external<T extends MetricType>(
  name: string,
  { help, type, labels }: { readonly help: string; readonly type: T; readonly labels: readonly string[] },
): Family<string, T> {
  return { convention: 'prometheus', name, help, type, unit: '', labels, route: 'producer', external: true };
}

/**
 * Declares a gauge that reaches OpenTelemetry as an `ObservableGauge`. For families whose label sets are fixed for the
 * life of the process and present on every host (uptime, load): the SDK limits the number of label sets of an
 * instrument.
 */
export function observableGauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { convention: 'prometheus', name, help, type: 'gauge', unit: '', labels, route: 'observable' };
}

type SemconvType = 'counter' | 'gauge' | 'updowncounter';

function declareSemconv<T extends SemconvType>(type: T) {
  return <const L extends string = never>(
    name: string,
    unit: string,
    help: string,
    labels: readonly L[] = [],
  ): Family<L, T, 'semconv'> => ({ convention: 'semconv', name, help, type, unit, labels, route: 'producer' });
}

/**
 * Declares families of OpenTelemetry's semantic conventions, which define the instrument, unit and attributes of each
 * name.
 *
 * @example
 * const io = semconv.counter('system.disk.io', 'By', 'Bytes read and written.', ['system.device', 'disk.io.direction']);
 * emit(io, 4096, { 'system.device': 'sda', 'disk.io.direction': 'read' });
 */
export const semconv = {
  counter: declareSemconv('counter'),
  gauge: declareSemconv('gauge'),
  upDownCounter: declareSemconv('updowncounter'),
};

/**
 * Returns the labels of an info family, with the value that a function returns for each name.
 *
 * @example
 * emit(info, 1, labelsOf(info.labels, (name) => fields.get(name)));
 */
export function labelsOf<L extends string>(names: readonly L[], lookUp: (name: L) => string | undefined): Labels<L> {
  // The entries have exactly these names. The type of Object.fromEntries does not express that.
  return Object.fromEntries(names.map((name) => [name, lookUp(name)])) as Labels<L>;
}

/**
 * Returns a function that declares one family per name, for dynamic families (`node_netstat_TcpExt_ListenOverflows`).
 *
 * @example
 * const field = familiesByName((name) => gauge(`node_vmstat_${name}`, `/proc/vmstat information field ${name}.`));
 * emit(field('oom_kill'), 3);
 */
export function familiesByName<F extends AnyFamily>(declare: (name: string) => F): (name: string) => F {
  const families = new Map<string, F>();
  return (name) => {
    let family = families.get(name);
    if (family === undefined) {
      family = declare(name);
      families.set(name, family);
    }
    return family;
  };
}
