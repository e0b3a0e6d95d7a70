import type { AnyFamily, Emit } from '../metrics/metric.ts';
import type { FamilySamples } from '../metrics/samples.ts';

/** The result of one collector in one pass. */
export interface CollectorResult {
  readonly collector: string;
  /** `absent` means that the host lacks the file, device or feature that the collector reads. */
  readonly state: 'ok' | 'absent' | 'failed';
  readonly seconds: number;
  /** Reasons for the state `absent` or `failed`: one error, or one error for each failed item. */
  readonly errors: readonly Error[];
  readonly families: readonly FamilySamples[];
}

/** Families that describe the pass and the exporter. They belong to no collector, and every pass contains them. */
export interface SelfMetrics {
  readonly families: readonly AnyFamily[];
  /** Emits the values. Called once per pass, when all collectors have ended or the deadline has passed. */
  report(emit: Emit, results: readonly CollectorResult[]): void;
}

/**
 * The result of a pass. If a caller's deadline passes before the pass ends, the caller receives a snapshot of the running
 * pass. The object is immutable.
 */
export interface Pass {
  /** Results in the order of the collectors. */
  readonly results: readonly CollectorResult[];
  /** Families of the collectors, then of the self metrics. No two families have the same name or contain the same series. */
  readonly families: readonly FamilySamples[];
  /** True if no collector succeeded, no collector emitted a sample, and at least one collector failed. */
  readonly failed: boolean;
}
