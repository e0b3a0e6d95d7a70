import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CollectionResult, DataPointType, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Collector, CollectorDefinition } from '../../../src/collection/collector.ts';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { loadavg } from '../../../src/collectors/loadavg.ts';
import { uptime } from '../../../src/collectors/uptime.ts';
import { PrometheusOutput } from '../../../src/export/prometheus/output.ts';
import type { Host } from '../../../src/host/host.ts';
import { counter, external, gauge, histogram } from '../../../src/metrics/metric.ts';
import { ScrapeMetrics } from '../../../src/self/scrape-metrics.ts';
import { createFakeCollector } from '../../support/fake-collector.ts';
import { createHostTree, openHost } from '../../support/host-tree.ts';
import { NAMING } from '../../support/naming.ts';

// These tests scrape through the real OpenTelemetry SDK.

interface Setup {
  readonly host?: Host;
  readonly namespace?: string;
  readonly scopeInfo?: boolean;
}

function createOutput(
  collectors: readonly Collector[],
  { host = openHost('/nowhere'), namespace = 'node', scopeInfo = false }: Setup = {},
) {
  const scrapes = new ScrapeMetrics(collectors.map(({ name }) => name));
  const gatherer = new Gatherer({
    host,
    collectors,
    selfMetrics: [scrapes],
    observe: (result) => scrapes.countResult(result),
  });
  const output = new PrometheusOutput({
    gatherer,
    resource: { 'service.name': 'test', 'host.name': undefined },
    naming: { ...NAMING, namespace, scopeInfo },
  });
  return async (milliseconds = 60_000): Promise<string> =>
    (await output.scrape({ deadline: performance.now() + milliseconds })).body.toString();
}

function createAll(...definitions: readonly CollectorDefinition[]): Collector[] {
  return definitions.map((definition) => definition.create({}));
}

/** Returns the series of some metrics, in the order of the exposition. */
function seriesOf(text: string, ...names: readonly string[]): string[] {
  return text
    .split('\n')
    .filter((line) => names.some((name) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)));
}

const LOADAVG = { 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n', 'proc/uptime': '9246.58 17734.06\n' };
const LOADS = [
  'node_load{hostname="recorded",duration="1m"} 0.57',
  'node_load{hostname="recorded",duration="5m"} 0.8',
  'node_load{hostname="recorded",duration="15m"} 0.77',
];

test('an exposition contains observable and produced families, in the order of the collectors', async () => {
  await using machine = await createHostTree(LOADAVG);
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  const text = await scrape();
  assert.deepEqual(seriesOf(text, 'node_load', 'node_uptime', 'node_load1', 'node_scrape_collector_success'), [
    'node_load1 0.57',
    ...LOADS,
    'node_uptime{hostname="recorded"} 9246.58',
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="uptime"} 1',
  ]);
});

test('files are read in each scrape, and at no other time', async () => {
  await using machine = await createHostTree(LOADAVG);
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  await scrape();
  await machine.write({ 'proc/uptime': '1.00 1.00\n' });
  await machine.write({ 'proc/uptime': '9247.00 17735.00\n' });
  assert.deepEqual(seriesOf(await scrape(), 'node_uptime'), ['node_uptime{hostname="recorded"} 9247']);
});

test('node_load is absent while /proc/loadavg cannot be read', async () => {
  await using machine = await createHostTree(LOADAVG);
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  assert.deepEqual(seriesOf(await scrape(), 'node_load'), LOADS);

  await machine.write({ 'proc/loadavg': 'broken' });
  const broken = await scrape();
  assert.deepEqual(
    seriesOf(broken, 'node_load', 'node_load1', 'node_scrape_collector_success', 'node_exporter_scrape_errors_total'),
    [
      'node_scrape_collector_success{collector="loadavg"} 0',
      'node_scrape_collector_success{collector="uptime"} 1',
      'node_exporter_scrape_errors_total{collector="loadavg"} 1',
      'node_exporter_scrape_errors_total{collector="uptime"} 0',
    ],
  );

  await machine.write(LOADAVG);
  assert.deepEqual(seriesOf(await scrape(), 'node_load'), LOADS);
});

test('an absent file is not counted as an error', async () => {
  await using machine = await createHostTree({ 'proc/uptime': '9246.58 17734.06\n' });
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  assert.deepEqual(
    seriesOf(await scrape(), 'node_load', 'node_scrape_collector_success', 'node_exporter_scrape_errors_total'),
    [
      'node_scrape_collector_success{collector="loadavg"} 0',
      'node_scrape_collector_success{collector="uptime"} 1',
      'node_exporter_scrape_errors_total{collector="loadavg"} 0',
      'node_exporter_scrape_errors_total{collector="uptime"} 0',
    ],
  );
});

test('a series that is not emitted again is absent from the next exposition', async () => {
  const disk = gauge('node_disk_present', 'A disk.', ['device']);
  let devices = ['sda', 'sdb'];
  const scrape = createOutput([
    {
      name: 'disks',
      families: [disk],
      collect(_host, emit) {
        for (const device of devices) emit(disk, 1, { device });
      },
    },
  ]);
  assert.deepEqual(seriesOf(await scrape(), 'node_disk_present'), [
    'node_disk_present{device="sda"} 1',
    'node_disk_present{device="sdb"} 1',
  ]);
  devices = ['sdb'];
  assert.deepEqual(seriesOf(await scrape(), 'node_disk_present'), ['node_disk_present{device="sdb"} 1']);
});

test('a family may have more label sets than the cardinality limit of the SDK', async () => {
  const containers = gauge('node_containers', 'A container.', ['id']);
  let generation = 0;
  const scrape = createOutput([
    {
      name: 'containers',
      families: [containers],
      collect(_host, emit) {
        generation += 1;
        for (let index = 0; index < 2500; index += 1) emit(containers, 1, { id: `${generation}-${index}` });
      },
    },
  ]);
  for (let round = 1; round <= 3; round += 1) {
    const series = seriesOf(await scrape(), 'node_containers');
    assert.equal(series.length, 2500);
    assert.ok(series.every((line) => line.startsWith(`node_containers{id="${round}-`)));
  }
});

test('parallel scrapes share one pass and one exposition', async () => {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const scrape = createOutput([
    createFakeCollector('slow', async (emit) => {
      runs += 1;
      await gate.promise;
      emit(runs);
    }),
  ]);
  const texts = Array.from({ length: 20 }, () => scrape());
  gate.resolve();
  const all = new Set(await Promise.all(texts));
  assert.equal(runs, 1);
  assert.equal(all.size, 1);
  assert.deepEqual(seriesOf([...all].join(), 'node_slow'), ['node_slow 1']);
});

test('a collector that hangs does not delay the exposition beyond the deadline', async () => {
  const scrape = createOutput([
    createFakeCollector('hanging', () => new Promise(() => undefined)),
    createFakeCollector('good', (emit) => emit(1)),
  ]);
  assert.deepEqual(seriesOf(await scrape(5), 'node_hanging', 'node_good', 'node_scrape_collector_success'), [
    'node_good 1',
    'node_scrape_collector_success{collector="hanging"} 0',
    'node_scrape_collector_success{collector="good"} 1',
  ]);
});

test('interleaved scrapes with different filters contain their own families only', async () => {
  await using machine = await createHostTree(LOADAVG);
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: createAll(loadavg, uptime),
    selfMetrics: [],
    observe: () => undefined,
  });
  const output = new PrometheusOutput({ gatherer, resource: {}, naming: NAMING });
  const filters = [undefined, new Set(['loadavg']), new Set(['uptime'])];
  const expected = [
    [...LOADS, 'node_uptime{hostname="recorded"} 9246.58'],
    LOADS,
    ['node_uptime{hostname="recorded"} 9246.58'],
  ];
  const requests = Array.from({ length: 60 }, async (_, index) => {
    const only = filters[index % 3];
    const { body } = await output.scrape({ deadline: performance.now() + 60_000, ...(only && { only }) });
    const text = body.toString();
    assert.deepEqual(seriesOf(text, 'node_load', 'node_uptime'), expected[index % 3]);
  });
  await Promise.all(requests);
});

test('an exposition contains numbers, labels and histograms as they are emitted', async () => {
  const bytes = counter('node_bytes_total', 'Bytes.', ['device', 'alias']);
  const waits = histogram('node_wait_seconds', 'Waits.', ['queue']);
  const scrape = createOutput([
    {
      name: 'odd',
      families: [bytes, waits],
      collect(_host, emit) {
        emit(bytes, 2 ** 64, { device: 'a "b"\\c\nd', alias: undefined });
        emit(bytes, Number.POSITIVE_INFINITY, { device: '💥', alias: '' });
        emit(waits, { bounds: [0.1, 1], counts: [2, 5], sum: 3.5, count: 6 }, { queue: 'q' });
      },
    },
  ]);
  assert.deepEqual(
    seriesOf(
      await scrape(),
      'node_bytes_total',
      'node_wait_seconds_count',
      'node_wait_seconds_sum',
      'node_wait_seconds_bucket',
    ),
    [
      'node_bytes_total{device="a \\"b\\"\\\\c\\nd"} 18446744073709552000',
      'node_bytes_total{device="💥",alias=""} +Inf',
      'node_wait_seconds_bucket{queue="q",le="0.1"} 2',
      'node_wait_seconds_bucket{queue="q",le="1"} 5',
      'node_wait_seconds_bucket{queue="q",le="+Inf"} 6',
      'node_wait_seconds_sum{queue="q"} 3.5',
      'node_wait_seconds_count{queue="q"} 6',
    ],
  );
});

test('target_info contains the known attributes of the resource', async () => {
  const target = seriesOf(await createOutput([])(), 'target_info');
  assert.equal(target.length, 1);
  assert.match(target[0] ?? '', /^target_info\{service_name="test",telemetry_sdk_language="nodejs",[^}]*\} 1$/);
  assert.doesNotMatch(target[0] ?? '', /host_name|process_/);
});

test('--metrics.namespace renames families on both routes, except those outside of the namespace', async () => {
  await using machine = await createHostTree(LOADAVG);
  const other = gauge('process_things', 'Things.');
  const scrape = createOutput(
    [...createAll(loadavg), { name: 'other', families: [other], collect: (_host, emit) => emit(other, 1) }],
    { host: machine.host, namespace: 'acme' },
  );
  const names = [...(await scrape()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(names, [
    'target_info',
    'acme_load1',
    'acme_load5',
    'acme_load15',
    'acme_load',
    'process_things',
    'acme_scrape_collector_duration_seconds',
    'acme_scrape_collector_success',
    'acme_exporter_scrapes_total',
    'acme_exporter_scrape_duration_seconds',
    'acme_exporter_scrape_errors_total',
  ]);
});

test('--metrics.scope-info adds the scope to the labels of every series', async () => {
  await using machine = await createHostTree(LOADAVG);
  const raw = external('raw', { help: 'H.', type: 'untyped', labels: ['x'] });
  const waits = histogram('node_wait_seconds', 'Waits.');
  const scrape = createOutput(
    [
      ...createAll(uptime),
      {
        name: 'other',
        families: [raw, waits],
        collect(_host, emit) {
          emit(raw, 1, { x: 'y' });
          emit(waits, { bounds: [1], counts: [2], sum: 3, count: 4 });
        },
      },
    ],
    { host: machine.host, scopeInfo: true },
  );
  const text = await scrape();
  const scope = 'otel_scope_name="otel-node-exporter",otel_scope_version="1.2.3"';
  assert.deepEqual(seriesOf(text, 'node_uptime', 'raw', 'node_wait_seconds_bucket', 'node_wait_seconds_sum'), [
    `node_uptime{hostname="recorded",${scope}} 9246.58`,
    `raw{x="y",${scope}} 1`,
    `node_wait_seconds_bucket{${scope},le="1"} 2`,
    `node_wait_seconds_bucket{${scope},le="+Inf"} 4`,
    `node_wait_seconds_sum{${scope}} 3`,
  ]);
  assert.deepEqual(
    text.split('\n').filter((line) => /^\w/.test(line) && !line.includes(scope)),
    seriesOf(text, 'target_info'),
  );
});

test('an exposition contains label values and numbers of any kind, from frozen and from new labels', async () => {
  const odd = gauge('node_odd', 'Odd "values"\n\\.', ['name', 'empty']);
  const oddFrozen = { ...odd, name: 'node_odd_frozen' };
  const names = ['a"b', 'c\\d', 'e\nf', 'größe 🐳', ''];
  const values = [-1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const frozen = names.map((name) => Object.freeze({ name, empty: undefined }));
  const scrape = createOutput([
    {
      name: 'odd',
      families: [odd, oddFrozen],
      collect(_host, emit) {
        for (const [index, value] of values.entries()) {
          emit(odd, value, { name: names[index], empty: undefined });
          emit(oddFrozen, value, frozen[index] ?? assert.fail());
        }
      },
    },
  ]);
  const lines = (await scrape()).split('\n').filter((line) => line.includes('node_odd'));
  const page = (name: string): string[] => [
    `# HELP ${name} Odd "values"\\n\\\\.`,
    `# TYPE ${name} gauge`,
    `${name}{name="a\\"b"} -1.5`,
    `${name}{name="c\\\\d"} 1e+21`,
    `${name}{name="e\\nf"} NaN`,
    `${name}{name="größe 🐳"} +Inf`,
    `${name}{name=""} -Inf`,
  ];
  assert.deepEqual(lines, [...page('node_odd'), ...page('node_odd_frozen')]);
});

test('an exposition contains only the values that the SDK returns', async (context) => {
  await using machine = await createHostTree(LOADAVG);
  const doubled = (metric: MetricData): MetricData =>
    metric.descriptor.name === 'node_uptime' && metric.dataPointType === DataPointType.GAUGE
      ? { ...metric, dataPoints: metric.dataPoints.map((point) => ({ ...point, value: point.value * 2 })) }
      : metric;
  const dropped = ['node_load1', 'node_load', 'node_scrape_collector_success'];
  const collect = MetricReader.prototype.collect;
  context.mock.method(
    MetricReader.prototype,
    'collect',
    async function (this: MetricReader): Promise<CollectionResult> {
      const { resourceMetrics, errors } = await collect.call(this);
      const scopeMetrics = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
        scope,
        metrics: metrics.filter(({ descriptor }) => !dropped.includes(descriptor.name)).map(doubled),
      }));
      return { resourceMetrics: { resource: resourceMetrics.resource, scopeMetrics }, errors };
    },
  );
  const text = await createOutput(createAll(loadavg, uptime), machine)();
  assert.deepEqual(seriesOf(text, ...dropped, 'node_load5', 'node_uptime'), [
    'node_load5 0.8',
    'node_uptime{hostname="recorded"} 18493.16',
  ]);
});
