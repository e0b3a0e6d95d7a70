import { Gatherer } from '../../src/collection/gatherer.ts';
import { type CustomCollector, withValidation } from '../../src/custom/custom-collector.ts';
import type { Convention, Sample } from '../../src/metrics/metric.ts';
import { openHost } from './host-tree.ts';

/** A sample of a pass: `['queue_depth', 3, { queue: 'mail' }]`. */
export type EmittedSample = readonly [family: string, value: Sample['value'], labels: Sample['labels']];

export interface PassOutcome {
  readonly state: string | undefined;
  readonly errors: readonly string[];
  readonly values: readonly EmittedSample[];
}

/** Returns a function that runs one pass with a custom collector. The validator retains its state from pass to pass. */
export function createPassRunner(collector: CustomCollector): (convention?: Convention) => Promise<PassOutcome> {
  const gatherer = new Gatherer({
    host: openHost('/nowhere'),
    collectors: [withValidation(collector)],
    selfMetrics: [],
    observe: () => undefined,
  });
  return async (convention = 'prometheus') => {
    const { results, families } = await gatherer.gather({ convention, deadline: performance.now() + 60_000 });
    return {
      state: results[0]?.state,
      errors: results[0]?.errors.map(({ message }) => message) ?? [],
      values: families.flatMap(({ family, samples }) =>
        [...samples].map(({ value, labels }) => [family.name, value, labels] as const),
      ),
    };
  };
}
