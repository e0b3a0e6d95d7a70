import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import { type AnyFamily, counter, type Emit, type Family, gauge } from '../metrics/metric.ts';

const lastScrapeError = gauge(
  'node_exporter_last_scrape_error',
  'Whether at least one collector failed in this scrape (1 = yes, 0 = no).',
);
const requestErrors = counter(
  'node_target_scrape_request_errors_total',
  'Requests to /scrape that were rejected because they named no target or a target that is not allowed.',
);

/** The number of requests to `/scrape` that were rejected since the start. */
export interface RejectedRequests {
  readonly count: number;
}

export interface TargetUpOptions {
  /** Prefix of the `up` metric, for example `redis` for `redis_up`. */
  readonly namespace: string;
  /** Names of the collectors that contact the target. Only the success of such a collector shows that the target is up. */
  readonly contacting: readonly string[];
  /** The rejected requests. Their number is reported only if this option is set. */
  readonly rejectedRequests?: RejectedRequests;
}

/** Metrics about a target that may be down. */
export class TargetUp implements SelfMetrics {
  readonly families: readonly AnyFamily[];
  readonly #up: Family<never, 'gauge'>;
  readonly #contacting: ReadonlySet<string>;
  readonly #rejectedRequests: RejectedRequests | undefined;

  constructor({ namespace, contacting, rejectedRequests }: TargetUpOptions) {
    const help = 'Whether the target responded to at least one collector in this scrape (1 = yes, 0 = no).';
    this.#up = { ...gauge(`${namespace}_up`, help), bothConventions: true };
    this.#contacting = new Set(contacting);
    this.#rejectedRequests = rejectedRequests;
    this.families = [this.#up, lastScrapeError, ...(rejectedRequests === undefined ? [] : [requestErrors])];
  }

  report(emit: Emit, results: readonly CollectorResult[]): void {
    const contacted = results.filter(({ collector }) => this.#contacting.has(collector));
    // If no collector contacts the target, the target counts as up. If some collectors contact the target but this scrape
    // runs none of these collectors, `up` is omitted.
    if (contacted.length > 0 || this.#contacting.size === 0) {
      const isUp = this.#contacting.size === 0 || contacted.some(({ state }) => state === 'ok');
      emit(this.#up, isUp ? 1 : 0);
    }
    emit(lastScrapeError, results.some(({ state }) => state === 'failed') ? 1 : 0);
    if (this.#rejectedRequests !== undefined) emit(requestErrors, this.#rejectedRequests.count);
  }
}
