import type { RequestHandler } from 'express';
import type { Collector } from '../collection/collector.ts';
import { Gatherer } from '../collection/gatherer.ts';
import { validateFamilies } from '../custom/validate-families.ts';
import { metricName, type Naming } from '../export/otel/naming.ts';
import { PrometheusOutput } from '../export/prometheus/output.ts';
import type { Host } from '../host/host.ts';
import { createMetricsHandler } from '../http/metrics.ts';
import { ScrapeMetrics } from '../self/scrape-metrics.ts';
import { TargetUp } from '../self/target-up.ts';
import type { CollectorLog } from './collector-log.ts';

/** The systems that `/scrape?target=…` may name, and what collects from one of them. */
export interface ScrapeTargets {
  readonly names: readonly string[];
  readonly collectorsOf: (target: string) => readonly Collector[];
}

export interface TargetPage {
  readonly host: Host;
  readonly outcomes: CollectorLog;
  readonly naming: Naming;
  readonly timeout: number;
  readonly maxRequests: number;
}

/** Each target has passes of its own: whoever asks for one waits for no other. */
export function targetHandlers(
  { names, collectorsOf }: ScrapeTargets,
  page: TargetPage,
): ReadonlyMap<string, RequestHandler> {
  return new Map(names.map((target) => [target, targetHandler(target, collectorsOf(target), page)]));
}

function targetHandler(target: string, collectors: readonly Collector[], page: TargetPage): RequestHandler {
  const { host, outcomes, naming, timeout, maxRequests } = page;
  const names = collectors.map(({ name }) => name);
  const scrapes = new ScrapeMetrics(names);
  const selfMetrics = [new TargetUp({ namespace: naming.defaultNamespace, asking: names }), scrapes];
  validateFamilies({
    exporter: `target ${target}`,
    collectors,
    metrics: [],
    self: selfMetrics.flatMap(({ families }) => families),
    nameOf: (family) => metricName(family, naming),
  });
  const gatherer = new Gatherer({
    host,
    collectors,
    selfMetrics,
    observe: (outcome) => {
      scrapes.count(outcome);
      outcomes.observe({ ...outcome, collector: `${outcome.collector} of ${target}` });
    },
  });
  // What the exporter runs on is nothing that a target has.
  const output = new PrometheusOutput({ gatherer, resource: {}, targetInfo: false, naming });
  return createMetricsHandler({
    scrape: (request) => output.scrape(request),
    collectors: names,
    scrapes,
    timeout,
    maxRequests,
    refusesFailure: false,
  });
}
