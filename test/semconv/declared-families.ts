import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { KernelTree } from '../../src/host/host.ts';
import type { AnyFamily } from '../../src/metrics/metric.ts';
import { processMetrics } from '../../src/self/process.ts';

/** Returns the families of the collectors and of the exporter itself that have semconv names. */
export function declaredFamilies(): readonly AnyFamily[] {
  const { flagValues } = readConfig({ argv: [], env: {}, definitions });
  return [
    ...definitions.flatMap((definition) => definition.create(flagValues).families),
    ...processMetrics(new KernelTree('/proc/self')).families,
  ].filter(({ convention }) => convention === 'semconv');
}
