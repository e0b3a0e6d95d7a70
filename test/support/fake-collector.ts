import type { Collector } from '../../src/collection/collector.ts';
import { type Emit, gauge } from '../../src/metrics/metric.ts';

/** Returns a collector with the single gauge `node_<name>`. Each pass calls `run`. The label `series` is optional. */
export function createFakeCollector(
  name: string,
  run: (emit: (value: number, series?: string) => void) => void | Promise<void>,
): Collector {
  const family = gauge(`node_${name}`, 'Value that the test emits.', ['series']);
  return {
    name,
    families: [family],
    collect: (_host, emit: Emit) => run((value, series) => emit(family, value, { series })),
  };
}
