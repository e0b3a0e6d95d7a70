import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { counter, type Emit, gauge, histogram } from '../metrics/metric.ts';

const collectorDuration = gauge('node_scrape_collector_duration_seconds', 'How long a collector took in this pass.', [
  'collector',
]);
const collectorSuccess = gauge(
  'node_scrape_collector_success',
  'Whether a collector succeeded in this pass: 0 when it failed and when the machine has no such thing.',
  ['collector'],
);
const scrapes = counter('node_exporter_scrapes_total', 'Scrapes answered or under way.');
const scrapeDuration = histogram('node_exporter_scrape_duration_seconds', 'How long scrapes took, up to the last one.');
const lastScrapeDuration = gauge('node_exporter_last_scrape_duration_seconds', 'How long the last scrape took.');
const scrapeErrors = counter(
  'node_exporter_scrape_errors_total',
  'Passes in which a collector failed; a machine that has no such thing is no failure.',
  ['collector'],
);

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The exporter's totals about its own scrapes. */
export class ScrapeMetrics implements SelfMetrics {
  readonly families = [collectorDuration, collectorSuccess, scrapes, scrapeDuration, lastScrapeDuration, scrapeErrors];
  readonly #errors = new Map<string, number>();
  readonly #durations = new HistogramBuckets(BOUNDS);
  #begun = 0;
  #lastSeconds: number | undefined;

  /** @param collectors the names of those that may run: their error counts begin at 0 */
  constructor(collectors: readonly string[]) {
    for (const name of collectors) this.#errors.set(name, 0);
  }

  /** The pass at the start is no scrape; until there is one, it says how long a scrape will take. */
  endFirstPass(seconds: number): void {
    this.#lastSeconds ??= seconds;
  }

  begin(): void {
    this.#begun += 1;
  }

  end(seconds: number): void {
    this.#durations.observe(seconds);
    this.#lastSeconds = seconds;
  }

  count({ collector, state }: CollectorResult): void {
    if (state === 'failed') this.#errors.set(collector, (this.#errors.get(collector) ?? 0) + 1);
  }

  report(emit: Emit, outcomes: readonly CollectorResult[]): void {
    for (const { collector, seconds } of outcomes) emit(collectorDuration, seconds, { collector });
    for (const { collector, state } of outcomes) emit(collectorSuccess, state === 'ok' ? 1 : 0, { collector });
    emit(scrapes, this.#begun);
    emit(scrapeDuration, this.#durations.value);
    if (this.#lastSeconds !== undefined) emit(lastScrapeDuration, this.#lastSeconds);
    for (const [collector, errors] of this.#errors) emit(scrapeErrors, errors, { collector });
  }
}
