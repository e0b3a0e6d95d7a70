import type { Collector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { checkedCollector, type OwnCollector } from '../../src/custom/custom-collector.ts';
import type { Sample, Vocabulary } from '../../src/metrics/metric.ts';
import { hostAt } from './machine.ts';

/** One value that a pass has: `['queue_depth', 3, { queue: 'mail' }]`. */
export type Emitted = readonly [family: string, value: Sample['value'], labels: Sample['labels']];

export interface Passed {
  readonly state: string | undefined;
  readonly errors: readonly string[];
  readonly values: readonly Emitted[];
}

/** Passes over one collector of one's own, whose checks keep what they keep between passes. */
export function passes(own: OwnCollector): (vocabulary?: Vocabulary) => Promise<Passed> {
  return passesOver(checkedCollector(own));
}

function passesOver(collector: Collector): (vocabulary?: Vocabulary) => Promise<Passed> {
  const gatherer = new Gatherer({
    host: hostAt('/nowhere'),
    collectors: [collector],
    descriptions: [],
    observe: () => undefined,
  });
  return async (vocabulary = 'prometheus') => {
    const { outcomes, readings } = await gatherer.gather({ vocabulary, deadline: performance.now() + 60_000 });
    return {
      state: outcomes[0]?.state,
      errors: outcomes[0]?.errors.map(({ message }) => message) ?? [],
      values: readings.flatMap(({ family, samples }) =>
        [...samples].map(({ value, labels }) => [family.name, value, labels] as const),
      ),
    };
  };
}
