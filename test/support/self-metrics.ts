import type { CollectorResult, SelfMetrics } from '../../src/collection/pass.ts';
import type { AnyFamily, Convention } from '../../src/metrics/metric.ts';

export type ReportedSample = [name: string, value: unknown, labels: unknown];

/** Returns the samples of some self metrics after a pass with these results. The value of a histogram is an object. */
export function reportSelfMetrics(
  metrics: SelfMetrics,
  results: readonly CollectorResult[] = [],
  convention: Convention = 'prometheus',
): ReportedSample[] {
  const samples: ReportedSample[] = [];
  const emit = (family: AnyFamily, value: unknown, labels: unknown = {}, _startTime?: number): void => {
    samples.push([family.name, value, labels]);
  };
  metrics.report(Object.assign(emit, { convention }), results);
  return samples;
}
