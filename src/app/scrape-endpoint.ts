import type { RequestHandler } from 'express';
import type { Collector } from '../collection/collector.ts';
import { Gatherer } from '../collection/gatherer.ts';
import type { LabelLimit } from '../collection/label-limit.ts';
import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import type { AppInfo } from '../config/app-info.ts';
import { validateFamilies } from '../custom/validate-families.ts';
import { metricName, type Naming } from '../export/otel/naming.ts';
import type { ResourceAttributes } from '../export/otel/resource.ts';
import { PrometheusOutput } from '../export/prometheus/output.ts';
import type { Host } from '../host/host.ts';
import { createMetricsHandler, type ScrapeLimits } from '../http/metrics.ts';
import type { UnsentBodies } from '../http/unsent-bodies.ts';
import type { Instrument } from '../instruments/instrument.ts';
import { InstrumentMetrics } from '../instruments/instrument-metrics.ts';
import type { AnyFamily } from '../metrics/metric.ts';
import { ScrapeMetrics } from '../self/scrape-metrics.ts';
import { type RejectedRequests, TargetUp } from '../self/target-up.ts';
import type { OnLimit } from '../util/limit-counter.ts';

export interface ScrapeEndpointOptions {
  /** Name for error messages, for example `otel-node-exporter` or `target redis://cache:6379`. */
  readonly name: string;
  readonly subject: AppInfo['subject'];
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly naming: Naming;
  readonly limits: ScrapeLimits;
  readonly labelLimit: LabelLimit;
  readonly unsentBodies: UnsentBodies;
  readonly onLimit: OnLimit;
  /** Instruments of the program. Default: none. */
  readonly instruments?: readonly Instrument[];
  /** Metrics about the exporter, in addition to the metrics about scrapes. Default: none. */
  readonly selfMetrics?: readonly SelfMetrics[];
  /**
   * Counter of the rejected requests to `/scrape`. Default: the exposition does not contain the number of these requests.
   */
  readonly rejectedRequests?: RejectedRequests;
  /** Called with the result of every collector in every pass. */
  readonly onResult: (result: CollectorResult) => void;
}

/**
 * The parts that serve `/metrics` or one target of `/scrape`: collectors with their gatherer, metrics about scrapes, and
 * the Prometheus output.
 */
export class ScrapeEndpoint {
  readonly gatherer: Gatherer;
  readonly #options: ScrapeEndpointOptions;
  readonly #scrapeMetrics: ScrapeMetrics;
  #output: PrometheusOutput | undefined;

  /** @throws {Error} if Prometheus would reject a family, or if two families share a metric name */
  constructor(options: ScrapeEndpointOptions) {
    const { name, host, collectors, naming, labelLimit, instruments = [], selfMetrics = [], onResult } = options;
    this.#options = options;
    const scraped = collectors.filter(({ convention }) => convention !== 'semconv');
    this.#scrapeMetrics = new ScrapeMetrics(scraped.map((collector) => collector.name));
    const self = [...upMetrics(options), this.#scrapeMetrics, ...selfMetrics];
    const nameOf = (family: AnyFamily): string => metricName(family, naming);
    validateFamilies({
      exporter: name,
      collectors,
      instruments,
      self: self.flatMap(({ families }) => families),
      nameOf,
    });
    this.gatherer = new Gatherer({
      host,
      collectors,
      selfMetrics: [new InstrumentMetrics(instruments), ...self],
      labelLimit,
      observe: (result) => {
        this.#scrapeMetrics.countResult(result);
        onResult(result);
      },
      nameOf,
    });
  }

  /** @param resource attributes of `target_info`. If it is `undefined`, the exposition does not contain `target_info`. */
  createHandler(resource?: ResourceAttributes): RequestHandler {
    const { naming, limits, subject, unsentBodies, onLimit } = this.#options;
    const output = new PrometheusOutput({
      gatherer: this.gatherer,
      resource: resource ?? {},
      targetInfo: resource !== undefined,
      naming,
    });
    this.#output = output;
    return createMetricsHandler({
      scrape: (request) => output.scrape(request),
      collectors: this.gatherer.collectors.map(({ name }) => name),
      scrapeMetrics: this.#scrapeMetrics,
      requiresSuccess: subject === 'host',
      limits,
      unsentBodies,
      onLimit,
    });
  }

  /**
   * Runs the collectors without a scrape. Until the first scrape ends, scrapes report the duration of the first run as the
   * duration of the last scrape.
   */
  async runCollectors(): Promise<void> {
    const startedAt = performance.now();
    await this.gatherer.gather({ deadline: startedAt + this.#options.limits.timeout * 1000 });
    this.#scrapeMetrics.setFirstPassDuration((performance.now() - startedAt) / 1000);
  }

  async shutdown(): Promise<void> {
    await this.#output?.shutdown();
  }
}

/**
 * Returns the `up` metric of the monitored system. An exporter that monitors its own host needs no such metric, because
 * Prometheus adds the series `up` for each exporter that it scrapes.
 */
function upMetrics({ subject, naming, collectors, rejectedRequests }: ScrapeEndpointOptions): readonly SelfMetrics[] {
  if (subject === 'host') return [];
  const contacting = collectors.filter(({ isInProcess }) => !isInProcess).map(({ name }) => name);
  return [
    new TargetUp({
      namespace: naming.defaultNamespace,
      contacting,
      ...(rejectedRequests && { rejectedRequests }),
    }),
  ];
}
