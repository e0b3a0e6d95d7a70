import type { Collector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { type CustomCollector, checkedCollector } from '../../src/custom/custom-collector.ts';
import type { Convention, Sample } from '../../src/metrics/metric.ts';
import { hostAt } from './machine.ts';

/** One value that a pass has: `['queue_depth', 3, { queue: 'mail' }]`. */
export type Emitted = readonly [family: string, value: Sample['value'], labels: Sample['labels']];

export interface Passed {
  readonly state: string | undefined;
  readonly errors: readonly string[];
  readonly values: readonly Emitted[];
}

/** Passes over one collector of one's own, whose checks keep what they keep between passes. */
export function passes(own: CustomCollector): (convention?: Convention) => Promise<Passed> {
  return passesOver(checkedCollector(own));
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
