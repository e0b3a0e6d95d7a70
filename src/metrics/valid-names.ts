import type { AnyFamily } from './metric.ts';

/** Valid names of metrics in Prometheus. https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/**
 * Valid names of instruments in OpenTelemetry. https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax
 */
const INSTRUMENT_NAME = /^[a-zA-Z][a-zA-Z0-9_./-]{0,254}$/;

/** Returns whether a family has a valid name under its naming convention. */
export function hasValidName({ name, convention }: Pick<AnyFamily, 'name' | 'convention'>): boolean {
  return (convention === 'semconv' ? INSTRUMENT_NAME : METRIC_NAME).test(name);
}

/** Returns whether a label name is valid. Prometheus reserves the names that start with two underscores. */
export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name) && !name.startsWith('__');
}

/**
 * Converts a name to a part of a label name: `org.example/team` becomes `org_example_team`. Different names may result in
 * the same part.
 */
export function toLabelNamePart(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * Joins the values of several names that become the same label: `a;b`. The values are in the order of the names, as
 * OpenTelemetry specifies for attributes.
 *
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function joinLabelValues(entries: readonly (readonly [name: string, value: string])[]): string {
  const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([, value]) => value).join(';');
}
