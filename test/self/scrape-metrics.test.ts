import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { ScrapeMetrics } from '../../src/self/scrape-metrics.ts';
import { reportSelfMetrics } from '../support/self-metrics.ts';

function result(collector: string, state: CollectorResult['state']): CollectorResult {
  return { collector, state, seconds: 0.25, errors: [], families: [] };
}

test('ScrapeMetrics counts failed runs but not absent ones, and reports finished scrapes', () => {
  const metrics = new ScrapeMetrics(['a', 'b']);
  const results = [result('a', 'failed'), result('b', 'absent')];
  metrics.startScrape();
  for (const each of results) metrics.countResult(each);
  const [, , , , ...rest] = reportSelfMetrics(metrics, results);
  assert.deepEqual(rest[0], ['node_exporter_scrapes_total', 1, {}]);
  assert.deepEqual(rest.slice(2), [
    ['node_exporter_scrape_errors_total', 1, { collector: 'a' }],
    ['node_exporter_scrape_errors_total', 0, { collector: 'b' }],
  ]);
  metrics.endScrape(0.02);
  assert.deepEqual(reportSelfMetrics(metrics, results).slice(0, 4), [
    ['node_scrape_collector_duration_seconds', 0.25, { collector: 'a' }],
    ['node_scrape_collector_duration_seconds', 0.25, { collector: 'b' }],
    ['node_scrape_collector_success', 0, { collector: 'a' }],
    ['node_scrape_collector_success', 0, { collector: 'b' }],
  ]);
  assert.deepEqual(reportSelfMetrics(metrics).slice(1), [
    [
      'node_exporter_scrape_duration_seconds',
      {
        bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        counts: [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        sum: 0.02,
        count: 1,
      },
      {},
    ],
    ['node_exporter_last_scrape_duration_seconds', 0.02, {}],
    ['node_exporter_scrape_errors_total', 1, { collector: 'a' }],
    ['node_exporter_scrape_errors_total', 0, { collector: 'b' }],
  ]);
});

test('ScrapeMetrics reports the duration of the first pass until a scrape has ended', () => {
  const metrics = new ScrapeMetrics([]);
  const lastDuration = () =>
    reportSelfMetrics(metrics).find(([name]) => name === 'node_exporter_last_scrape_duration_seconds')?.[1];
  assert.equal(lastDuration(), undefined);
  metrics.setFirstPassDuration(0.5);
  assert.equal(lastDuration(), 0.5);
  metrics.endScrape(0.02);
  metrics.setFirstPassDuration(0.5);
  assert.equal(lastDuration(), 0.02);
});
