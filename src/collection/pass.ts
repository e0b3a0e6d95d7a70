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

/** Families about the pass and about the exporter. They belong to no collector, and every pass contains them. */
export interface SelfMetrics {
  readonly families: readonly AnyFamily[];
  /** Emits the values. Called once per pass, when all collectors have ended or the deadline has passed. */
  report(emit: Emit, results: readonly CollectorResult[]): void;
}

/** A finished pass, or the snapshot of a running pass at a caller's deadline. Immutable. */
export interface Pass {
  /** Results in the order of the collectors. */
  readonly results: readonly CollectorResult[];
  /** Families of the collectors, then of the self metrics. No two families have the same name or contain the same series. */
  readonly families: readonly FamilySamples[];
  /** True if no collector succeeded, no collector emitted a sample, and at least one collector failed. */
  readonly failed: boolean;
}
