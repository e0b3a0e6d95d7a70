import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { counter, type Emit, gauge, histogram } from '../metrics/metric.ts';

const collectorDuration = gauge(
  'node_scrape_collector_duration_seconds',
  'Duration of the collector run in this scrape, in seconds.',
  ['collector'],
);
const collectorSuccess = gauge(
  'node_scrape_collector_success',
  'Whether the collector succeeded in this scrape: 1 if it did, 0 if it failed or the host lacks its data source.',
  ['collector'],
);
const scrapes = counter('node_exporter_scrapes_total', 'Scrapes of the exporter, including scrapes in progress.');
const scrapeDuration = histogram(
  'node_exporter_scrape_duration_seconds',
  'Duration of the finished scrapes of the exporter, in seconds.',
);
const lastScrapeDuration = gauge(
  'node_exporter_last_scrape_duration_seconds',
  'Duration of the last finished scrape, in seconds; before the first scrape, duration of the run of all collectors at startup.',
);
const scrapeErrors = counter(
  'node_exporter_scrape_errors_total',
  "Failed runs of the collector; runs on a host that lacks the collector's data source do not count.",
  ['collector'],
);

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics about scrapes and about each collector in a scrape. */
export class ScrapeMetrics implements SelfMetrics {
  readonly families = [collectorDuration, collectorSuccess, scrapes, scrapeDuration, lastScrapeDuration, scrapeErrors];
  readonly #errors = new Map<string, number>();
  readonly #durations = new HistogramBuckets(BOUNDS);
  #started = 0;
  #lastSeconds: number | undefined;

  /**
   * @param collectors names of the collectors whose error count starts at 0. Other collectors have no error count before
   *   their first error.
   */
  constructor(collectors: readonly string[]) {
    for (const name of collectors) this.#errors.set(name, 0);
  }

  /**
   * Sets the duration that is reported until the first scrape ends. It is the duration of the pass at the start, which does
   * not count as a scrape.
   */
  setFirstPassDuration(seconds: number): void {
    this.#lastSeconds ??= seconds;
  }

  startScrape(): void {
    this.#started += 1;
  }

  endScrape(seconds: number): void {
    this.#durations.observe(seconds);
    this.#lastSeconds = seconds;
  }

  countResult({ collector, state }: CollectorResult): void {
    if (state === 'failed') this.#errors.set(collector, (this.#errors.get(collector) ?? 0) + 1);
  }

  report(emit: Emit, results: readonly CollectorResult[]): void {
    for (const { collector, seconds } of results) emit(collectorDuration, seconds, { collector });
    for (const { collector, state } of results) emit(collectorSuccess, state === 'ok' ? 1 : 0, { collector });
    emit(scrapes, this.#started);
    emit(scrapeDuration, this.#durations.value);
    if (this.#lastSeconds !== undefined) emit(lastScrapeDuration, this.#lastSeconds);
    for (const [collector, errors] of this.#errors) emit(scrapeErrors, errors, { collector });
  }
}
