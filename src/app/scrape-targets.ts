import type { RequestHandler } from 'express';
import type { Collector } from '../collection/collector.ts';
import { Gatherer } from '../collection/gatherer.ts';
import { checkFamilies } from '../custom/validate-families.ts';
import { pageName } from '../export/otel/metric-name.ts';
import { PrometheusOutput } from '../export/prometheus/scrape.ts';
import type { Host } from '../host/host.ts';
import { createMetricsHandler } from '../http/metrics.ts';
import { Scrapes } from '../self/scrape-metrics.ts';
import { SystemState } from '../self/target-up.ts';
import type { OutcomeLog } from './collector-log.ts';

/** The systems that `/scrape?target=…` may name, and what collects from one of them. */
export interface Targets {
  readonly names: readonly string[];
  readonly collectorsOf: (target: string) => readonly Collector[];
}

export interface TargetPage {
  readonly host: Host;
  readonly outcomes: OutcomeLog;
  readonly version: string;
  readonly own: string;
  readonly namespace: string;
  readonly scopeInfo: boolean;
  readonly timeout: number;
  readonly maxRequests: number;
}

/** Each target has passes of its own: whoever asks for one waits for no other. */
export function targetHandlers(
  { names, collectorsOf }: Targets,
  page: TargetPage,
): ReadonlyMap<string, RequestHandler> {
  return new Map(names.map((target) => [target, targetHandler(target, collectorsOf(target), page)]));
}

function targetHandler(target: string, collectors: readonly Collector[], page: TargetPage): RequestHandler {
  const { host, outcomes, timeout, maxRequests, ...naming } = page;
  const names = collectors.map(({ name }) => name);
  const scrapes = new Scrapes(names);
  const descriptions = [new SystemState({ namespace: page.own, asking: names }), scrapes];
  checkFamilies({
    exporter: `target ${target}`,
    collectors,
    metrics: [],
    self: descriptions.flatMap(({ families }) => families),
    nameOf: (family) => pageName(family, naming),
  });
  const gatherer = new Gatherer({
    host,
    collectors,
    descriptions,
    observe: (outcome) => {
      scrapes.count(outcome);
      outcomes.observe({ ...outcome, collector: `${outcome.collector} of ${target}` });
    },
  });
  // What the exporter runs on is nothing that a target has.
  const output = new PrometheusOutput({ gatherer, resource: {}, targetInfo: false, ...naming });
  return createMetricsHandler({
    scrape: (request) => output.scrape(request),
    collectors: names,
    scrapes,
    timeout,
    maxRequests,
    refusesFailure: false,
  });
}
