import type { SelfMetrics } from '../collection/pass.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';

const exports = counter(
  'node_exporter_otlp_exports_total',
  'Attempts to push metrics to the OpenTelemetry Collector, by outcome: success, retry (to be repeated) or failure (rejected).',
  ['outcome'],
);
const queueLength = gauge(
  'node_exporter_otlp_queue_length',
  'Batches of metrics that wait to be pushed to the OpenTelemetry Collector.',
);
const droppedPoints = counter(
  'node_exporter_otlp_dropped_points_total',
  'Data points lost because the queue was full or because the OpenTelemetry Collector rejected them.',
);
const lastSuccess = gauge(
  'node_exporter_otlp_last_success_timestamp_seconds',
  'Time at which the OpenTelemetry Collector last accepted a push, as Unix time in seconds.',
);

export type PushOutcome = 'success' | 'retry' | 'failure';

/** Metrics about the push. */
export class PushMetrics implements SelfMetrics {
  readonly families = [exports, queueLength, droppedPoints, lastSuccess];
  readonly #exports: Record<PushOutcome, number> = { success: 0, retry: 0, failure: 0 };
  readonly #now: () => number;
  #queueLength = 0;
  #droppedPoints = 0;
  #lastSuccess: number | undefined;

  /** @param now returns the Unix time in seconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  countExport(outcome: PushOutcome): void {
    this.#exports[outcome] += 1;
    if (outcome === 'success') this.#lastSuccess = this.#now();
  }

  countDroppedPoints(points: number): void {
    this.#droppedPoints += points;
  }

  setQueueLength(passes: number): void {
    this.#queueLength = passes;
  }

  report(emit: Emit): void {
    for (const [outcome, count] of Object.entries(this.#exports)) emit(exports, count, { outcome });
    emit(queueLength, this.#queueLength);
    emit(droppedPoints, this.#droppedPoints);
    if (this.#lastSuccess !== undefined) emit(lastSuccess, this.#lastSuccess);
  }
}
