import type { AnyFamily, MetricType } from '../metrics/metric.ts';

/** https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax */
const INSTRUMENT = /^[a-zA-Z][a-zA-Z0-9_./-]{0,254}$/;

/** The labels that the text format adds by itself. */
const OF_FORMAT: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const INSTRUMENTS: readonly MetricType[] = ['counter', 'gauge', 'updowncounter'];

/**
 * Why no Prometheus accepts a family, or no Collector when it is one of the semantic conventions; `undefined` when it is
 * accepted.
 */
export function validateFamily(family: AnyFamily): string | undefined {
  const { name, type, help, labels, convention } = family;
  const conventional = convention === 'semconv';
  if (!(conventional ? INSTRUMENT : NAME).test(name)) return `${quote(name)} is no name of a metric`;
  if (!(conventional ? INSTRUMENTS : TYPES).includes(type)) return `${quote(type)} is no type of a metric`;
  if (typeof help !== 'string') return 'it has no help';
  if (!Array.isArray(labels)) return 'it has no list of labels';
  const bad = labels.find((label) => typeof label !== 'string' || (conventional ? label === '' : !isLabel(label)));
  if (bad !== undefined) return `${quote(bad)} is no name of a label`;
  const taken = OF_FORMAT[type];
  if (taken !== undefined && labels.includes(taken)) return `label ${quote(taken)} is for the ${type} itself`;
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  return twice === undefined ? undefined : `label ${quote(twice)} is declared twice`;
}

/** Names with two leading underscores are Prometheus' own. */
function isLabel(name: string): boolean {
  return LABEL.test(name) && !name.startsWith('__');
}

function quote(text: unknown): string {
  return JSON.stringify(text) ?? 'undefined';
}
