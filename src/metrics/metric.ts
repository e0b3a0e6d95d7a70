/**
 * Declarations of metrics. A *family* is a declared metric, a *sample* is one value of a family with its labels.
 *
 * A family follows one of two naming conventions: the conventions of Prometheus
 * (https://prometheus.io/docs/practices/naming/) or the semantic conventions of OpenTelemetry
 * (https://opentelemetry.io/docs/specs/semconv/).
 */

/** A naming convention. Each pass contains the families of one naming convention. */
export type Convention = 'prometheus' | 'semconv';

/**
 * Type of a metric. Prometheus has no up-down counters. OpenTelemetry has neither summaries nor untyped metrics. An output
 * writes a metric as gauges if the output lacks the metric's type.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'updowncounter' | 'summary' | 'untyped';

/** Labels of a series, by name. A label with the value `undefined` is left out. */
export type Labels<L extends string = string> = Readonly<Record<L, string | undefined>>;

export type AttributeValue = string | number | boolean;

/** Attributes of a sample, by name. An attribute with the value `undefined` is left out. */
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
  /** Unit in UCUM: `s`, `By`, `{thread}`. Empty for a Prometheus family, because the unit is a part of its name. */
  readonly unit: string;
  readonly labels: readonly L[];
  /**
   * Type of the numbers in OTLP, where a data point is either an int64 or a double. The values of the samples do
   * not change the type: a double with the value 1 remains a double. Prometheus has doubles only.
   */
  readonly valueType: 'int' | 'double';
  /** How samples reach the OpenTelemetry SDK: through an observable instrument, or through a `MetricProducer`. */
  readonly route: 'observable' | 'producer';
  /**
   * True if another program has declared the family. The flag `--metrics.namespace` does not change the name of such a
   * family.
   */
  readonly external?: boolean;
  /** True for a custom family. Passes of both conventions contain the family, under its Prometheus name. */
  readonly bothConventions?: boolean;
}

export type AnyFamily = Family<string, MetricType, Convention>;

/** The value of a sample of a histogram. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  /** For each bound, the number of observations less than or equal to the bound. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** The value of a sample of a summary. */
export interface SummaryValue {
  /** Quantiles in ascending order, each with its value. */
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  readonly sum: number;
  readonly count: number;
}

export type ValueOf<T extends MetricType> = T extends 'histogram'
  ? HistogramValue
  : T extends 'summary'
    ? SummaryValue
    : number;

/** Start time of a counter that started at an unknown time. OTLP has the same value for an unknown time. */
export const UNKNOWN_START_TIME = 0;

export interface Sample {
  readonly value: number | HistogramValue | SummaryValue;
  /** Labels of the sample, without labels that have the value `undefined`. */
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /**
   * Unix time in seconds at which a counter started; `undefined` if it started when the host was booted, and
   * {@link UNKNOWN_START_TIME} if the time is unknown.
   */
  readonly startTime?: number;
}

/**
 * Adds a sample to the pass, with exactly the labels that the family declares. Drops the sample if its family does not
 * belong to the convention of the pass.
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
  /** The convention of the pass. A collector reads this property to skip work for the other convention. */
  readonly convention: Convention;
}

function declarePrometheus<L extends string, T extends MetricType>(
  type: T,
  { name, help, labels }: Pick<Family<L>, 'name' | 'help' | 'labels'>,
): Family<L, T> {
  return { convention: 'prometheus', name, help, type, unit: '', labels, valueType: 'double', route: 'producer' };
}

/** Declares a gauge: a value that may go up and down. */
export function gauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return declarePrometheus('gauge', { name, help, labels });
}

/** Declares a counter: a value that only grows. The value starts again at 0 when its source restarts. */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'counter'> {
  return declarePrometheus('counter', { name, help, labels });
}

/** Declares a histogram, which counts observations in buckets. */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'histogram'> {
  return declarePrometheus('histogram', { name, help, labels });
}

/** Declares an external family. Its name, HELP and type come from another program. */
export function external<T extends MetricType>(
  name: string,
  { help, type, labels }: { readonly help: string; readonly type: T; readonly labels: readonly string[] },
): Family<string, T> {
  return { ...declarePrometheus(type, { name, help, labels }), external: true };
}

/**
 * Declares a gauge that reaches the OpenTelemetry SDK as an `ObservableGauge`. Such a family must exist on every host, and
 * its label sets must never change (uptime, load), because the SDK limits the number of label sets of an instrument.
 */
export function observableGauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { ...declarePrometheus('gauge', { name, help, labels }), route: 'observable' };
}

type SemconvType = 'counter' | 'gauge' | 'updowncounter';

function declareSemconv<T extends SemconvType>(type: T, valueType: Family['valueType']) {
  return <const L extends string = never>(
    name: string,
    unit: string,
    help: string,
    labels: readonly L[] = [],
  ): Family<L, T, 'semconv'> => ({
    convention: 'semconv',
    name,
    help,
    type,
    unit,
    labels,
    valueType,
    route: 'producer',
  });
}

/**
 * Declares families of OpenTelemetry's semantic conventions. The conventions define the instrument, the type of the numbers,
 * the unit and the attributes for each name. `intCounter` declares a counter of integers, and `counter` a counter of
 * doubles.
 *
 * @example
 * const io = semconv.intCounter('system.disk.io', 'By', 'Bytes read and written.', ['system.device', 'disk.io.direction']);
 * emit(io, 4096, { 'system.device': 'sda', 'disk.io.direction': 'read' });
 */
export const semconv = {
  counter: declareSemconv('counter', 'double'),
  gauge: declareSemconv('gauge', 'double'),
  upDownCounter: declareSemconv('updowncounter', 'double'),
  intCounter: declareSemconv('counter', 'int'),
  intGauge: declareSemconv('gauge', 'int'),
  intUpDownCounter: declareSemconv('updowncounter', 'int'),
};

/**
 * Returns one label for each name. The function `lookUp` returns the value for a name.
 *
 * @example
 * emit(info, 1, labelsOf(info.labels, (name) => fields.get(name)));
 */
export function labelsOf<L extends string>(names: readonly L[], lookUp: (name: L) => string | undefined): Labels<L> {
  // The result has exactly these names, but the return type of Object.fromEntries() does not contain them.
  return Object.fromEntries(names.map((name) => [name, lookUp(name)])) as Labels<L>;
}

/**
 * Returns a function that declares one family per name. It is for dynamic families such as
 * `node_netstat_TcpExt_ListenOverflows`.
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
