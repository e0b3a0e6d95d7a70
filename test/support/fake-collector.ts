import type { Collector } from '../../src/collection/collector.ts';
import { type Emit, gauge } from '../../src/metrics/metric.ts';

/** Returns a collector with the single gauge `node_<name>`, whose passes call `run`. */
export function createFakeCollector(
  name: string,
  run: (emit: (value: number) => void) => void | Promise<void>,
): Collector {
  const family = gauge(`node_${name}`, 'Value that the test emits.');
  return {
    name,
    families: [family],
    collect: (_host, emit: Emit) => run((value) => emit(family, value)),
  };
}
