import { Gatherer } from '../../src/collection/gatherer.ts';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { PrometheusOutput } from '../../src/export/prometheus/scrape.ts';
import type { Host } from '../../src/host/host.ts';
import { ScrapeMetrics } from '../../src/self/scrape-metrics.ts';

/** Returns a function that scrapes a host and returns the page of `/metrics`. Durations of collectors are set to 0. */
export function createScraper(host: Host, argv: readonly string[] = []): () => Promise<string> {
  const { collectors, all } = readConfig({ argv, env: {}, definitions });
  const output = new PrometheusOutput({
    gatherer: new Gatherer({
      host,
      collectors: collectors.map((definition) => definition.create(all)),
      selfMetrics: [new ScrapeMetrics([])],
      observe: () => undefined,
    }),
    resource: { 'service.name': 'otel-node-exporter' },
    version: '',
    namespace: 'node',
    scopeInfo: false,
  });
  return async () => {
    const { body } = await output.scrape({ deadline: performance.now() + 60_000 });
    return body.toString().replaceAll(/^(node_scrape_collector_duration_seconds\{.*\}) .*$/gm, '$1 0');
  };
}
