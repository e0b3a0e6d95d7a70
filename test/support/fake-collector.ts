import type { Collector } from '../../src/collection/collector.ts';
import { type Emit, gauge } from '../../src/metrics/metric.ts';

/** A collector of one gauge, `node_<name>`, that does what the test says. */
export function fakeCollector(
  name: string,
  run: (emit: (value: number, device?: string) => void) => void | Promise<void>,
): Collector {
  const family = gauge(`node_${name}`, 'A value of the test.', ['device']);
  return {
    name,
    families: [family],
    collect: (_host, emit: Emit) => run((value, device) => emit(family, value, { device })),
  };
}
