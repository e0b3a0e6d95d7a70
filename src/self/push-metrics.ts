import type { SelfMetrics } from '../collection/pass.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';

const exports = counter(
  'node_exporter_otlp_exports_total',
  'Tries to push a reading: taken (success), to be tried again (retry), or refused for good (failure).',
  ['outcome'],
);
const queueLength = gauge('node_exporter_otlp_queue_length', 'Readings that wait for the Collector.');
const droppedPoints = counter(
  'node_exporter_otlp_dropped_points_total',
  'Data points that never reached the Collector: the queue was full, or it refused them.',
);
const lastSuccess = gauge(
  'node_exporter_otlp_last_success_timestamp_seconds',
  'When the Collector last took a reading, in seconds since 1970.',
);

export type PushOutcome = 'success' | 'retry' | 'failure';

/** The exporter's totals about what it pushes. */
export class PushMetrics implements SelfMetrics {
  readonly families = [exports, queueLength, droppedPoints, lastSuccess];
  readonly #exports: Record<PushOutcome, number> = { success: 0, retry: 0, failure: 0 };
  readonly #now: () => number;
  #queueLength = 0;
  #droppedPoints = 0;
  #lastSuccess: number | undefined;

  /** @param now seconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  count(outcome: PushOutcome): void {
    this.#exports[outcome] += 1;
    if (outcome === 'success') this.#lastSuccess = this.#now();
  }

  drop(points: number): void {
    this.#droppedPoints += points;
  }

  wait(readings: number): void {
    this.#queueLength = readings;
  }

  report(emit: Emit): void {
    for (const [outcome, count] of Object.entries(this.#exports)) emit(exports, count, { outcome });
    emit(queueLength, this.#queueLength);
    emit(droppedPoints, this.#droppedPoints);
    if (this.#lastSuccess !== undefined) emit(lastSuccess, this.#lastSuccess);
  }
}
