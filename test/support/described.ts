import type { CollectorResult, SelfMetrics } from '../../src/collection/pass.ts';
import type { AnyFamily, Convention } from '../../src/metrics/metric.ts';

export type Told = [name: string, value: unknown, labels: unknown];

/** What a description says: `[name, value, labels]`, histograms as they are. */
export function described(
  description: SelfMetrics,
  outcomes: readonly CollectorResult[] = [],
  convention: Convention = 'prometheus',
): Told[] {
  const all: Told[] = [];
  const emit = (family: AnyFamily, value: unknown, labels: unknown = {}, _startTime?: number): void => {
    all.push([family.name, value, labels]);
  };
  description.report(Object.assign(emit, { convention }), outcomes);
  return all;
}
