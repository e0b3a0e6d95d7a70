import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { defineCollector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { ContainerReporter } from '../../src/containers/report.ts';
import { PrometheusOutput } from '../../src/export/prometheus/scrape.ts';
import { createApp } from '../../src/http/app.ts';
import { readCollectorFilter } from '../../src/http/collector-filter.ts';
import { Servers } from '../../src/http/server.ts';
import { gauge, observableGauge } from '../../src/metrics/metric.ts';
import { openHost } from '../support/host-tree.ts';

const RUNNING = ['cpu', 'meminfo', 'uptime'];

function reads(query: string, expected: readonly string[] | undefined): void {
  test(`readCollectorFilter() reads ${JSON.stringify(query)}`, () => {
    const only = readCollectorFilter(`/metrics${query}`, RUNNING);
    assert.deepEqual(only === undefined ? undefined : [...only], expected);
  });
}

function refuses(query: string, message: string): void {
  test(`readCollectorFilter() refuses ${JSON.stringify(query)}`, () => {
    assert.throws(() => readCollectorFilter(`/metrics${query}`, RUNNING), { name: 'RangeError', message });
  });
}

reads('', undefined);
reads('?', undefined);
reads('?collect=nothing&name=x', undefined);
reads('?collect[]=meminfo&collect[]=cpu', ['meminfo', 'cpu']);
reads('?collect%5B%5D=cpu', ['cpu']);
reads('?collect[]=cpu&collect[]=cpu', ['cpu']);
reads('?exclude[]=cpu', ['meminfo', 'uptime']);
reads('?exclude[]=cpu&exclude[]=meminfo&exclude[]=uptime', []);
refuses('?collect[]=cpu&exclude[]=meminfo', 'Cannot combine collect[] with exclude[]');
refuses('?collect[]=cpu&collect[]=wifi', 'Cannot find collector "wifi": it does not run');
refuses('?exclude[]=wifi', 'Cannot find collector "wifi": it does not run');
refuses('?collect[]=', 'Cannot find collector "": it does not run');

interface Served extends AsyncDisposable {
  /** The samples of the answer without those of the exporter itself, or the status and the text when it is not 200. */
  scrape(query?: string, seconds?: number): Promise<readonly string[]>;
  /** Comes when so many scrapes are under way, or over. */
  until(count: number): Promise<void>;
  /** Lets `slow` end, from now on. */
  release(): void;
  /** How often each collector was run. */
  readonly runs: Readonly<Record<string, number>>;
}

/** Three collectors over HTTP: `slow` ends when it is let, `seen` is an observable, `quick` is neither. */
async function serve(): Promise<Served> {
  const runs: Record<string, number> = { quick: 0, seen: 0, slow: 0 };
  const gate = Promise.withResolvers<void>();
  const begun = new EventEmitter();
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
  const output = new PrometheusOutput({ gatherer, resource: {}, version: '1', namespace: 'node', scopeInfo: false });
  const app = createApp({
    info: { host: openHost('/nowhere'), containers: new ContainerReporter([]) },
    metrics: {
      scrape: (request) => output.scrape(request),
      collectors: Object.keys(families),
      scrapes: {
        begin: () => {
          scrapes += 1;
          begun.emit('scrape');
        },
        end: () => undefined,
      },
      timeout: 60,
      maxRequests: 0,
    },
    metricsPath: '/metrics',
    targets: undefined,
    page: { name: 'test', description: 'A test.', version: '1' },
    unready: () => undefined,
    onError: (error) => assert.fail(String(error)),
  });
  const servers = await Servers.listen([{ host: '127.0.0.1', port: 0 }], app);
  return {
    runs,
    release: gate.resolve,
    async until(count) {
      while (scrapes < count) await once(begun, 'scrape');
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

test('/metrics runs only the collectors that the query names, observables included', async () => {
  await using served = await serve();
  served.release();
  assert.deepEqual(await served.scrape(), ['node_quick 1', 'node_seen 1', 'node_slow 1']);
  assert.deepEqual(await served.scrape('?collect[]=quick'), ['node_quick 1']);
  assert.deepEqual(await served.scrape('?collect[]=seen'), ['node_seen 1']);
  assert.deepEqual(await served.scrape('?exclude[]=slow&exclude[]=seen'), ['node_quick 1']);
  assert.deepEqual(served.runs, { quick: 3, seen: 2, slow: 1 });
});

test('/metrics refuses a filter that cannot be meant, and runs nothing', async () => {
  await using served = await serve();
  assert.deepEqual(await served.scrape('?collect[]=fast'), [
    '400',
    'Cannot find collector "fast": it does not run',
    '',
  ]);
  assert.deepEqual(await served.scrape('?collect[]=quick&exclude[]=slow'), [
    '400',
    'Cannot combine collect[] with exclude[]',
    '',
  ]);
  assert.deepEqual(served.runs, { quick: 0, seen: 0, slow: 0 });
});

test('/metrics shares a pass between equal filters, and between no others', async () => {
  await using served = await serve();
  const answers = [
    served.scrape('?collect[]=slow&collect[]=quick'),
    served.scrape('?collect[]=quick&collect[]=slow'),
    served.scrape('?exclude[]=seen'),
    served.scrape('?collect[]=slow&collect[]=seen'),
    served.scrape('?collect[]=slow'),
    served.scrape(),
    served.scrape(),
  ];
  await served.until(answers.length);
  served.release();
  assert.deepEqual(await Promise.all(answers), [
    ['node_quick 1', 'node_slow 1'],
    ['node_quick 1', 'node_slow 1'],
    ['node_quick 1', 'node_slow 1'],
    ['node_seen 1', 'node_slow 1'],
    ['node_slow 1'],
    ['node_quick 1', 'node_seen 1', 'node_slow 1'],
    ['node_quick 1', 'node_seen 1', 'node_slow 1'],
  ]);
  assert.deepEqual(served.runs, { quick: 2, seen: 2, slow: 4 });
});

test('/metrics gives a scrape that joins a pass with less patience what is there by then', async () => {
  await using served = await serve();
  const patient = served.scrape('?exclude[]=seen');
  await served.until(1);
  assert.deepEqual(await served.scrape('?exclude[]=seen', 0.1), ['node_quick 1']);
  served.release();
  assert.deepEqual(await patient, ['node_quick 1', 'node_slow 1']);
  assert.deepEqual(served.runs, { quick: 1, seen: 0, slow: 1 });
});
