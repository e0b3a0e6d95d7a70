import type { Description, Outcome } from '../../src/collection/gatherer.ts';
import type { AnyFamily, Vocabulary } from '../../src/metrics/metric.ts';

export type Told = [name: string, value: unknown, labels: unknown];

/** What a description says: `[name, value, labels]`, histograms as they are. */
export function described(
  description: Description,
  outcomes: readonly Outcome[] = [],
  vocabulary: Vocabulary = 'prometheus',
): Told[] {
  const all: Told[] = [];
  const emit = (family: AnyFamily, value: unknown, labels: unknown = {}, _since?: number): void => {
    all.push([family.name, value, labels]);
  };
  description.describe(Object.assign(emit, { vocabulary }), outcomes);
  return all;
}
