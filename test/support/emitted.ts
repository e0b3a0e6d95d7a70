import type { Collector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { type CustomCollector, withValidation } from '../../src/custom/custom-collector.ts';
import type { Convention, Sample } from '../../src/metrics/metric.ts';
import { hostAt } from './machine.ts';

/** A sample of a pass: `['queue_depth', 3, { queue: 'mail' }]`. */
export type Emitted = readonly [family: string, value: Sample['value'], labels: Sample['labels']];

export interface Passed {
  readonly state: string | undefined;
  readonly errors: readonly string[];
  readonly values: readonly Emitted[];
}

/** Returns a function that runs passes over one custom collector, whose validator holds labels between passes. */
export function passes(collector: CustomCollector): (convention?: Convention) => Promise<Passed> {
  return passesOver(withValidation(collector));
}

function passesOver(collector: Collector): (convention?: Convention) => Promise<Passed> {
  const gatherer = new Gatherer({
    host: hostAt('/nowhere'),
    collectors: [collector],
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
