import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import { type AnyFamily, counter, type Emit, type Family, gauge } from '../metrics/metric.ts';

const lastError = gauge('node_exporter_last_scrape_error', 'Whether a collector failed in this pass.');
const requestErrors = counter(
  'node_target_scrape_request_errors_total',
  'Requests to /scrape that named no target, or one that is not allowed.',
);

export interface TargetUpOptions {
  readonly namespace: string;
  /** The collectors that ask the system; all others say nothing of whether it is there. */
  readonly asking: readonly string[];
  /** What is known of requests to /scrape; not given on the pages that answer them. */
  readonly requests?: { readonly refused: number };
}

/** The families about a system that may be away. */
export class TargetUp implements SelfMetrics {
  readonly families: readonly AnyFamily[];
  readonly #up: Family<never, 'gauge'>;
  readonly #asking: ReadonlySet<string>;
  readonly #requests: { readonly refused: number } | undefined;

  constructor({ namespace, asking, requests }: TargetUpOptions) {
    this.#up = { ...gauge(`${namespace}_up`, 'Whether the system answered in this pass.'), bothConventions: true };
    this.#asking = new Set(asking);
    this.#requests = requests;
    this.families = requests === undefined ? [this.#up, lastError] : [this.#up, lastError, requestErrors];
  }

  report(emit: Emit, outcomes: readonly CollectorResult[]): void {
    const answers = outcomes.filter(({ collector }) => this.#asking.has(collector));
    // Who asks nobody is up by answering; of who was not asked in this pass nothing is known.
    if (answers.length > 0 || this.#asking.size === 0) {
      emit(this.#up, answers.some(({ state }) => state === 'ok') || this.#asking.size === 0 ? 1 : 0);
    }
    emit(lastError, outcomes.some(({ state }) => state === 'failed') ? 1 : 0);
    if (this.#requests !== undefined) emit(requestErrors, this.#requests.refused);
  }
}
