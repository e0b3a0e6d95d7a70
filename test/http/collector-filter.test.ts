import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { defineCollector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { ContainerReporter } from '../../src/containers/report/container-reporter.ts';
import { PrometheusOutput } from '../../src/export/prometheus/output.ts';
import { createApp } from '../../src/http/app.ts';
import { readCollectorFilter } from '../../src/http/collector-filter.ts';
import { createMetricsHandler } from '../../src/http/metrics.ts';
import { gauge, observableGauge } from '../../src/metrics/metric.ts';
import { openHost } from '../support/host-tree.ts';
import { NAMING } from '../support/naming.ts';
import { listen, OPEN_ACCESS_HANDLERS, UNLIMITED } from '../support/servers.ts';

const RUNNING = ['cpu', 'meminfo', 'uptime'];

function accepts(query: string, expected: readonly string[] | undefined): void {
  test(`readCollectorFilter() accepts ${JSON.stringify(query)}`, () => {
    const only = readCollectorFilter(`/metrics${query}`, RUNNING);
    assert.deepEqual(only === undefined ? undefined : [...only], expected);
  });
}

function rejects(query: string, message: string): void {
  test(`readCollectorFilter() rejects ${JSON.stringify(query)}`, () => {
    assert.throws(() => readCollectorFilter(`/metrics${query}`, RUNNING), { name: 'RangeError', message });
  });
}

accepts('', undefined);
accepts('?', undefined);
accepts('?collect=nothing&name=x', undefined);
accepts('?collect[]=meminfo&collect[]=cpu', ['meminfo', 'cpu']);
accepts('?collect%5B%5D=cpu', ['cpu']);
accepts('?collect[]=cpu&collect[]=cpu', ['cpu']);
accepts('?exclude[]=cpu', ['meminfo', 'uptime']);
accepts('?exclude[]=wifi', RUNNING);
accepts('?exclude[]=cpu&exclude[]=wifi&exclude[]=', ['meminfo', 'uptime']);
accepts('?exclude[]=cpu&exclude[]=meminfo&exclude[]=uptime', []);
rejects('?collect[]=cpu&exclude[]=meminfo', 'Cannot combine collect[] with exclude[]');
rejects('?collect[]=cpu&collect[]=wifi', 'Cannot find running collector "wifi"');
rejects('?collect[]=', 'Cannot find running collector ""');

interface Served extends AsyncDisposable {
  /**
   * Returns the sorted lines of the response that start with `node_`. If the status is not 200, returns the status and the
   * lines of the body.
   */
  scrape(query?: string, seconds?: number): Promise<readonly string[]>;
  /** Resolves once `count` scrapes have started. */
  waitForScrapes(count: number): Promise<void>;
  /** Lets the current run and all later runs of the collector `slow` finish. */
  release(): void;
  /** Number of runs of each collector. */
  readonly runs: Readonly<Record<string, number>>;
}

/**
 * Starts a server with three collectors. `slow` waits for `release()`, `seen` has an observable family, and `quick`
 * finishes immediately.
 */
async function serve(): Promise<Served> {
  const runs: Record<string, number> = { quick: 0, seen: 0, slow: 0 };
  const gate = Promise.withResolvers<void>();
  const events = new EventEmitter();
  let scrapes = 0;
  const families = {
    quick: gauge('node_quick', 'Q.'),
    seen: observableGauge('node_seen', 'S.'),
    slow: gauge('node_slow', 'S.'),
  };
  const collectors = Object.entries(families).map(([name, family]) =>
    defineCollector({
      name,
      help: name,
      create: () => ({
        families: [family],
        async collect(_host, emit) {
          runs[name] = (runs[name] ?? 0) + 1;
          if (name === 'slow') await gate.promise;
          emit(family, 1);
        },
      }),
    }).create({}),
  );
  const gatherer = new Gatherer({ host: openHost('/nowhere'), collectors, selfMetrics: [], observe: () => undefined });
  const output = new PrometheusOutput({
    gatherer,
    resource: {},
    naming: NAMING,
  });
  const app = createApp({
    info: { host: openHost('/nowhere'), containers: new ContainerReporter([]), unsentBodies: UNLIMITED.unsentBodies },
    metrics: createMetricsHandler({
      scrape: (request) => output.scrape(request),
      collectors: Object.keys(families),
      scrapeMetrics: {
        startScrape: () => {
          scrapes += 1;
          events.emit('scrape');
        },
        endScrape: () => undefined,
      },
      requiresSuccess: true,
      limits: { timeout: 60, maxRequests: 0 },
      ...UNLIMITED,
    }),
    metricsPath: '/metrics',
    ...OPEN_ACCESS_HANDLERS,
    targets: undefined,
    landingPage: { name: 'test', description: 'A test.', version: '1' },
    notReadyReason: () => undefined,
    onError: (error) => assert.fail(String(error)),
  });
  const servers = await listen(app);
  return {
    runs,
    release: gate.resolve,
    async waitForScrapes(count) {
      while (scrapes < count) await once(events, 'scrape');
    },
    async scrape(query = '', seconds = 60) {
      const response = await fetch(`${servers.urls[0]}/metrics${query}`, {
        headers: { 'X-Prometheus-Scrape-Timeout-Seconds': String(seconds) },
      });
      const lines = (await response.text()).split('\n');
      if (response.status !== 200) return [String(response.status), ...lines];
      return lines.filter((line) => line.startsWith('node_')).toSorted();
    },
    async [Symbol.asyncDispose]() {
      await servers.close(0);
      await output.shutdown();
    },
  };
}

test('/metrics runs only the collectors that the query selects, also those with observable families', async () => {
  await using served = await serve();
  served.release();
  assert.deepEqual(await served.scrape(), ['node_quick 1', 'node_seen 1', 'node_slow 1']);
  assert.deepEqual(await served.scrape('?collect[]=quick'), ['node_quick 1']);
  assert.deepEqual(await served.scrape('?collect[]=seen'), ['node_seen 1']);
  assert.deepEqual(await served.scrape('?exclude[]=slow&exclude[]=seen'), ['node_quick 1']);
  assert.deepEqual(served.runs, { quick: 3, seen: 2, slow: 1 });
});

test('/metrics returns the page without the excluded collectors, also if one of them does not run', async () => {
  await using served = await serve();
  served.release();
  assert.deepEqual(await served.scrape('?exclude[]=wifi&exclude[]=slow'), ['node_quick 1', 'node_seen 1']);
  assert.deepEqual(served.runs, { quick: 1, seen: 1, slow: 0 });
});

test('/metrics returns 400 for an invalid filter and runs no collector', async () => {
  await using served = await serve();
  assert.deepEqual(await served.scrape('?collect[]=fast'), ['400', 'Cannot find running collector "fast"', '']);
  assert.deepEqual(await served.scrape('?collect[]=quick&exclude[]=slow'), [
    '400',
    'Cannot combine collect[] with exclude[]',
    '',
  ]);
  assert.deepEqual(served.runs, { quick: 0, seen: 0, slow: 0 });
});

test('/metrics shares a pass between scrapes with equal filters, and between all scrapes if there are many filters', async () => {
  await using served = await serve();
  const pages = [
    served.scrape('?collect[]=slow&collect[]=quick'),
    served.scrape('?collect[]=quick&collect[]=slow'),
    served.scrape('?exclude[]=seen'),
    served.scrape('?collect[]=slow&collect[]=seen'),
    served.scrape('?collect[]=slow'),
    served.scrape(),
    served.scrape(),
  ];
  await served.waitForScrapes(pages.length);
  served.release();
  assert.deepEqual(await Promise.all(pages), [
    ['node_quick 1', 'node_slow 1'],
    ['node_quick 1', 'node_slow 1'],
    ['node_quick 1', 'node_slow 1'],
    ['node_seen 1', 'node_slow 1'],
    ['node_slow 1'],
    ['node_quick 1', 'node_seen 1', 'node_slow 1'],
    ['node_quick 1', 'node_seen 1', 'node_slow 1'],
  ]);
  assert.deepEqual(served.runs, { quick: 2, seen: 2, slow: 3 });
});

test('/metrics returns the finished part of a shared pass to a scrape with an earlier deadline', async () => {
  await using served = await serve();
  const patient = served.scrape('?exclude[]=seen');
  await served.waitForScrapes(1);
  assert.deepEqual(await served.scrape('?exclude[]=seen', 0.1), ['node_quick 1']);
  served.release();
  assert.deepEqual(await patient, ['node_quick 1', 'node_slow 1']);
  assert.deepEqual(served.runs, { quick: 1, seen: 0, slow: 1 });
});
