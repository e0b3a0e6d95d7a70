import type { Collector } from '../../src/collection/collector.ts';
import { type Emit, gauge } from '../../src/metrics/metric.ts';

/** Returns a collector with the single gauge `node_<name>`, whose passes call `run`. */
export function createFakeCollector(
  name: string,
  run: (emit: (value: number, device?: string) => void) => void | Promise<void>,
): Collector {
  const family = gauge(`node_${name}`, 'Value that the test emits.', ['device']);
  return {
    name,
    families: [family],
    collect: (_host, emit: Emit) => run((value, device) => emit(family, value, { device })),
  };
}
