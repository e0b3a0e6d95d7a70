import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { KernelTree } from '../../src/host/host.ts';
import type { AnyFamily } from '../../src/metrics/metric.ts';
import { buildInfoMetrics } from '../../src/self/build-info.ts';
import { nodejsMetrics } from '../../src/self/nodejs.ts';
import { processMetrics } from '../../src/self/process.ts';
import { PushMetrics } from '../../src/self/push-metrics.ts';
import { ScrapeMetrics } from '../../src/self/scrape-metrics.ts';

/**
 * Returns all families of the program, including dynamic families: first those of the collectors, then the self metrics.
 */
export function allFamilies(definitions: readonly CollectorDefinition[]): readonly AnyFamily[] {
  const collected = definitions.flatMap((definition) => {
    const defaults = Object.entries(definition.flags).map(([name, flag]) => [name, flag.default]);
    const { families, dynamicFamilies = [] } = definition.create(Object.fromEntries(defaults));
    return [...families, ...dynamicFamilies];
  });
  const self = [
    new ScrapeMetrics([]),
    new PushMetrics(() => 0),
    buildInfoMetrics({ version: '', revision: '' }),
    processMetrics(new KernelTree('/proc/self')),
    nodejsMetrics(),
  ];
  return [...collected, ...self.flatMap(({ families }) => families)];
}
