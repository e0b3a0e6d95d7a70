import { COMPARED_METRICS } from '../../docs/hostmetrics.ts';
import { ADDITIONAL_METRICS, OPEN_ATTRIBUTES } from '../../src/export/otel/semconv.ts';
import type { AnyFamily, AttributeValue, Sample } from '../../src/metrics/metric.ts';
import { ATTRIBUTES, ENTITY_ATTRIBUTES, METRICS, type RegistryMetric } from './registry-excerpt.ts';

/** The definition of each metric that only the hostmetrics receiver defines. */
const RECEIVER_ONLY = new Map(
  COMPARED_METRICS.filter(({ name = '' }) => ADDITIONAL_METRICS.includes(name)).map(({ name = '', receiver }) => [
    name,
    receiver,
  ]),
);

/** Attributes of the metrics that only the receiver defines, under their names in the semantic conventions. */
const RECEIVER_ONLY_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'system.disk.pending_operations': ['system.device'],
  'system.disk.weighted_io_time': ['system.device'],
  'system.filesystem.inodes.usage': METRICS['system.filesystem.usage']?.attributes ?? [],
};

/** Returns the definition of a metric in the semantic conventions or, if they have none, in the hostmetrics receiver. */
export function definitionOf(name: string): RegistryMetric | undefined {
  const receiver = RECEIVER_ONLY.get(name);
  if (receiver === undefined) return METRICS[name];
  return { ...receiver, attributes: RECEIVER_ONLY_ATTRIBUTES[name] ?? [] };
}

const open = new Set(OPEN_ATTRIBUTES.map(({ name }) => name));

/** Returns the differences between the declaration of a family and the semantic conventions, in one line each. */
export function violationsOfFamily({ name, type, unit, labels, valueType }: AnyFamily): readonly string[] {
  const metric = definitionOf(name);
  if (metric === undefined) return [`${name} is not in the conventions`];
  const allowed = [...metric.attributes, ...(ENTITY_ATTRIBUTES[groupOf(name)] ?? [])];
  return [
    ...(type === metric.instrument ? [] : [`${name} is a ${type}, not a ${metric.instrument}`]),
    ...(valueType === metric.value ? [] : [`${name} has the type ${valueType}, not ${metric.value}`]),
    ...(unit === metric.unit ? [] : [`${name} has the unit ${unit}, not ${metric.unit}`]),
    ...labels.filter((label) => !allowed.includes(label)).map((label) => `${name} has no attribute ${label}`),
  ];
}

/**
 * Returns the differences between a sample and the declaration of its family or the semantic conventions, in one line
 * each.
 */
export function violationsOfSample(
  { name, labels: declared }: AnyFamily,
  { value, labels }: Sample,
): readonly string[] {
  const isValidNumber = definitionOf(name)?.value === 'int' ? Number.isInteger(value) : Number.isFinite(value);
  return [
    ...(isValidNumber ? [] : [`${name} has the value ${value}`]),
    ...Object.entries(labels).flatMap(([label, labelValue]) => {
      if (!declared.includes(label)) return [`${name} does not declare ${label}`];
      return isAttributeValue(label, labelValue) ? [] : [`${name} has ${label}=${JSON.stringify(labelValue)}`];
    }),
  ];
}

function isAttributeValue(attribute: string, value: AttributeValue): boolean {
  const values = ATTRIBUTES[attribute] ?? 'string';
  if (values === 'int') return Number.isInteger(value);
  if (typeof value !== 'string' || value === '') return false;
  return values === 'string' || values.includes(value) || open.has(attribute);
}

/** Returns the first part of a name: `system` for `system.cpu.time`. */
export function groupOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
