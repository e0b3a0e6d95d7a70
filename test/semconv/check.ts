import { ADDITIONAL_METRICS, OPEN_ATTRIBUTES } from '../../src/export/otel/semconv.ts';
import type { AnyFamily, Sample } from '../../src/metrics/metric.ts';
import { ATTRIBUTES, ENTITY_ATTRIBUTES, METRICS } from './facts.ts';

const others = new Set(ADDITIONAL_METRICS.map(({ name }) => name));
const open = new Set(OPEN_ATTRIBUTES.map(({ name }) => name));

/** What a declared family has that the conventions do not, one line for each. */
export function faultsOfFamily({ name, type, unit, labels }: AnyFamily): readonly string[] {
  const facts = METRICS[name];
  if (facts === undefined) return others.has(name) ? [] : [`${name} is not in the conventions`];
  const known = [...facts.attributes, ...(ENTITY_ATTRIBUTES[groupOf(name)] ?? [])];
  return [
    ...(type === facts.instrument ? [] : [`${name} is a ${type} and no ${facts.instrument}`]),
    ...(unit === facts.unit ? [] : [`${name} has the unit ${unit} and not ${facts.unit}`]),
    ...labels.filter((label) => !known.includes(label)).map((label) => `${name} has no attribute ${label}`),
  ];
}

/** What a point has that the conventions do not. */
export function faultsOfSample({ name, labels: declared }: AnyFamily, { value, labels }: Sample): readonly string[] {
  const isWhole = METRICS[name]?.value !== 'int' || Number.isInteger(value);
  return [
    ...(isWhole && typeof value === 'number' && Number.isFinite(value) ? [] : [`${name} has the value ${value}`]),
    ...Object.entries(labels).flatMap(([label, text]) => {
      if (!declared.includes(label)) return [`${name} does not declare ${label}`];
      return isValueOf(label, text) ? [] : [`${name} has ${label}=${JSON.stringify(text)}`];
    }),
  ];
}

function isValueOf(attribute: string, value: string | number | boolean): boolean {
  const facts = ATTRIBUTES[attribute] ?? 'string';
  if (facts === 'int') return Number.isInteger(value);
  if (typeof value !== 'string' || value === '') return false;
  return facts === 'string' || facts.includes(value) || open.has(attribute);
}

export function groupOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
