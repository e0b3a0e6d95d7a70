import type { AnyFamily, MetricType } from '../metrics/metric.ts';
import { hasValidName, isLabelName } from '../metrics/valid-names.ts';

/**
 * Label that the exposition format adds to the series of a histogram or summary. Such a family must not declare this label.
 */
const RESERVED_LABELS: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

const PROMETHEUS_TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const SEMCONV_TYPES: readonly MetricType[] = ['counter', 'gauge', 'updowncounter'];

/**
 * Returns the reason why a family is not valid in its naming convention (Prometheus or OpenTelemetry); `undefined` if the
 * family is valid.
 */
export function validateFamily(family: AnyFamily): string | undefined {
  const { name, type, help, labels, convention } = family;
  const isSemconv = convention === 'semconv';
  if (!hasValidName(family)) return `${quote(name)} is not a valid metric name`;
  if (!(isSemconv ? SEMCONV_TYPES : PROMETHEUS_TYPES).includes(type))
    return `${quote(type)} is not a valid metric type`;
  if (typeof help !== 'string') return `the help text of ${name} is missing`;
  if (!Array.isArray(labels)) return `the labels of ${name} are not a list`;
  const invalid = labels.find((label) => typeof label !== 'string' || (isSemconv ? label === '' : !isLabelName(label)));
  if (invalid !== undefined) return `${quote(invalid)} is not a valid label name`;
  const reserved = RESERVED_LABELS[type];
  if (reserved !== undefined && labels.includes(reserved)) return `label ${quote(reserved)} is reserved in a ${type}`;
  const duplicate = labels.find((label, index) => labels.indexOf(label) !== index);
  return duplicate === undefined ? undefined : `label ${quote(duplicate)} is declared twice`;
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}
