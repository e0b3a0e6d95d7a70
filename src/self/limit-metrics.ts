import type { SelfMetrics } from '../collection/pass.ts';
import { counter, type Emit } from '../metrics/metric.ts';
import type { LimitCounter } from '../util/limit-counter.ts';

const exceeded = counter(
  'node_exporter_limit_exceeded_total',
  'Requests, connections, files, label values and containers that the exporter rejected, closed, cut or left out because of the limit.',
  ['limit'],
);

/** Returns the metrics about the limits that protect the exporter. */
export function limitMetrics(limits: LimitCounter): SelfMetrics {
  return {
    families: [exceeded],
    report(emit: Emit): void {
      for (const [limit, count] of limits.counts) emit(exceeded, count, { limit });
    },
  };
}
