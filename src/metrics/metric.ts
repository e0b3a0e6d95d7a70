/**
 * The words for metrics: a *family* is declared once, a *sample* is one value of it with its labels.
 *
 * There are two conventions. Names, types and base units of the one are Prometheus'
 * (https://prometheus.io/docs/practices/naming/), and a declared name is the name on the page, byte for byte. Those of the
 * other are OpenTelemetry's semantic conventions (https://opentelemetry.io/docs/specs/semconv/). Nothing here knows how a
 * value reaches OpenTelemetry.
 */

/** Who asks for a pass speaks one of them, and gets the families of that one. */
export type Convention = 'prometheus' | 'semconv';

/** Summaries and untyped families are other programs': OpenTelemetry has none. Prometheus has no updowncounter. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'updowncounter' | 'summary' | 'untyped';

/**
 * A label that is `undefined` is left out of its series. Who emits many series with the same labels makes them once, without
 * such labels, and freezes them: their text is then made once too.
 */
export type Labels<L extends string = string> = Readonly<Record<L, string | undefined>>;

/** What the semantic conventions allow in an attribute, and one that is `undefined` is left out. */
export type AttributeValue = string | number | boolean;
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
  /** As UCUM writes it (`s`, `By`, `{thread}`): in the semantic conventions only, where it is no part of the name. */
  readonly unit: string;
  readonly labels: readonly L[];
  /** `observable`: the label sets are fixed for the life of the process and every host has them. */
  readonly route: 'observable' | 'producer';
  /** Another program's family: it keeps its name whatever ours are called. */
  readonly external?: boolean;
  /** Declared by a user of the library, in Prometheus' words alone: it is said in both conventions, under its one name. */
  readonly bothConventions?: boolean;
}

export type AnyFamily = Family<string, MetricType, Convention>;

/** How many observations were at or below each bound, and in all. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  /** Cumulative, one for each bound: every observation is in the bucket of its bound and of all larger ones. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** What was observed, by quantile and in all. */
export interface SummaryValue {
  /** Which quantile has which value, ascending. */
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
  /** Only those that are there. */
  readonly labels: Readonly<Record<string, AttributeValue>>;
  /** When what counts it started, in seconds since 1970, where that was after the machine. */
  readonly startTime?: number;
}

/**
 * Hands one value to the pass. The compiler checks that exactly the declared labels are given. A family of the convention
 * that nobody asked for is dropped.
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
  /** What this pass speaks: for work that only one of the conventions needs. */
  readonly convention: Convention;
}

/** A value that may go up and down. */
export function gauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { convention: 'prometheus', name, help, type: 'gauge', unit: '', labels, route: 'producer' };
}

/** A value that only grows until what counts it starts again. */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'counter'> {
  return { convention: 'prometheus', name, help, type: 'counter', unit: '', labels, route: 'producer' };
}

/** Observations counted in buckets. */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'histogram'> {
  return { convention: 'prometheus', name, help, type: 'histogram', unit: '', labels, route: 'producer' };
}

/** A family that another program has named and described. */
export function external<T extends MetricType>(
  name: string,
  { help, type, labels }: { readonly help: string; readonly type: T; readonly labels: readonly string[] },
): Family<string, T> {
  return { convention: 'prometheus', name, help, type, unit: '', labels, route: 'producer', external: true };
}

/**
 * A gauge that OpenTelemetry observes through an instrument of its own. For label sets that are fixed for the life of
 * the process and that every host has (uptime, load): the SDK never forgets a label set it has seen.
 */
export function observableGauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { convention: 'prometheus', name, help, type: 'gauge', unit: '', labels, route: 'observable' };
}

type Instrument = 'counter' | 'gauge' | 'updowncounter';

function declareSemconv<T extends Instrument>(type: T) {
  return <const L extends string = never>(
    name: string,
    unit: string,
    help: string,
    labels: readonly L[] = [],
  ): Family<L, T, 'semconv'> => ({ convention: 'semconv', name, help, type, unit, labels, route: 'producer' });
}

/**
 * Families of OpenTelemetry's semantic conventions, by their instruments. The conventions say which instrument, unit and
 * attributes a name has.
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
 * The labels of an info family, each value by its name.
 *
 * @example
 * emit(info, 1, labelsOf(info.labels, (name) => fields.get(name)));
 */
export function labelsOf<L extends string>(names: readonly L[], textOf: (name: L) => string | undefined): Labels<L> {
  // There is an entry for each of the names, and no other.
  return Object.fromEntries(names.map((name) => [name, textOf(name)])) as Labels<L>;
}

/**
 * Families whose names the kernel completes (`node_netstat_TcpExt_ListenOverflows`): each name makes its family once.
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
