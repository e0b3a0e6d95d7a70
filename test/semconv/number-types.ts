import type { Metric, ResourceMetrics } from '../support/otlp-json.ts';
import { definitionOf } from './violations.ts';

/**
 * Returns the metrics of a push whose numbers do not have the type of the semantic conventions, one line for each metric.
 */
export function wrongNumberTypes(resourceMetrics: readonly ResourceMetrics[]): readonly string[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const wrong = metrics.flatMap((metric) => {
    const expected = definitionOf(metric.name)?.value ?? 'double';
    return numberTypesOf(metric)
      .filter((type) => type !== expected)
      .map((type) => `${metric.name} has points of type ${type}, not ${expected}`);
  });
  return [...new Set(wrong)];
}

/** Returns the types of all numbers of a metric: `int`, `double`, or `none` for a point without a number. */
export function numberTypesOf({ gauge, sum }: Metric): readonly string[] {
  const types = ((gauge ?? sum)?.dataPoints ?? []).map(({ asInt, asDouble }) => {
    if (asInt !== undefined) return asDouble === undefined ? 'int' : 'int and double';
    return asDouble === undefined ? 'none' : 'double';
  });
  return [...new Set(types)];
}
