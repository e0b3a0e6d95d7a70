import { Gatherer } from '../../src/collection/gatherer.ts';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { PrometheusOutput } from '../../src/export/prometheus/output.ts';
import type { Host } from '../../src/host/host.ts';
import { ScrapeMetrics } from '../../src/self/scrape-metrics.ts';
import { NAMING } from './naming.ts';

/**
 * Returns a function that scrapes a host and returns the text of `/metrics`. The durations of the collectors are replaced
 * by 0.
 */
export function createScraper(host: Host, argv: readonly string[] = []): () => Promise<string> {
  const { collectors, flagValues } = readConfig({ argv, env: {}, definitions });
  const output = new PrometheusOutput({
    gatherer: new Gatherer({
      host,
      collectors: collectors.map((definition) => definition.create(flagValues)),
      selfMetrics: [new ScrapeMetrics([])],
      observe: () => undefined,
    }),
    resource: { 'service.name': 'otel-node-exporter' },
    naming: NAMING,
  });
  return async () => {
    const { body } = await output.scrape({ deadline: performance.now() + 60_000 });
    return body.toString().replaceAll(/^(node_scrape_collector_duration_seconds\{.*\}) .*$/gm, '$1 0');
  };
}
