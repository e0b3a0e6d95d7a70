/**
 * The words for metrics: a *family* is declared once, a *sample* is one value of it with its labels.
 *
 * Names, types and base units are Prometheus' (https://prometheus.io/docs/practices/naming/); a declared name is the
 * name on the page, byte for byte. Nothing here knows how a value reaches OpenTelemetry.
 */

/** Our own families are of the first three: OpenTelemetry has no others. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/**
 * A label that is `undefined` is left out of its series. Who emits many series with the same labels makes them once, without
 * such labels, and freezes them: their text is then made once too.
 */
export type Labels<L extends string = string> = Readonly<Record<L, string | undefined>>;

export interface Family<L extends string = string, T extends MetricType = MetricType> {
  readonly name: string;
  readonly help: string;
  readonly type: T;
  readonly labels: readonly L[];
  /** `observable`: the label sets are fixed for the life of the process and every host has them. */
  readonly route: 'observable' | 'producer';
  /** Another program's family: it keeps its name whatever ours are called. */
  readonly foreign?: boolean;
}

/** How many observations were at or below each bound, and in all. */
export interface Distribution {
  readonly bounds: readonly number[];
  /** Cumulative, one for each bound: every observation is in the bucket of its bound and of all larger ones. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** What was observed, by quantile and in all. */
export interface Summary {
  /** Which quantile has which value, ascending. */
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  readonly sum: number;
  readonly count: number;
}

export type ValueOf<T extends MetricType> = T extends 'histogram'
  ? Distribution
  : T extends 'summary'
    ? Summary
    : number;

export interface Sample {
  readonly value: number | Distribution | Summary;
  /** Only those that are there. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Hands one value to the pass. The compiler checks that exactly the declared labels are given.
 *
 * @example
 * emit(received, 1234, { device: 'eth0' });
 */
export type Emit = <L extends string, T extends MetricType>(
  family: Family<L, T>,
  value: ValueOf<T>,
  ...labels: [L] extends [never] ? [] : [labels: Labels<L>]
) => void;

/** A value that may go up and down. */
export function gauge<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'gauge'> {
  return { name, help, type: 'gauge', labels, route: 'producer' };
}

/** A value that only grows until what counts it starts again. */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'counter'> {
  return { name, help, type: 'counter', labels, route: 'producer' };
}

/** Observations counted in buckets. */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Family<L, 'histogram'> {
  return { name, help, type: 'histogram', labels, route: 'producer' };
}

/** A family that another program has named and described. */
export function foreign<T extends MetricType>(
  name: string,
  { help, type, labels }: { readonly help: string; readonly type: T; readonly labels: readonly string[] },
): Family<string, T> {
  return { name, help, type, labels, route: 'producer', foreign: true };
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
  return { name, help, type: 'gauge', labels, route: 'observable' };
}

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
export function familiesByName<F extends Family>(declare: (name: string) => F): (name: string) => F {
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
