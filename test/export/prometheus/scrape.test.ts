import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Collector, CollectorDefinition } from '../../../src/collection/collector.ts';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { loadavg } from '../../../src/collectors/loadavg.ts';
import { uptime } from '../../../src/collectors/uptime.ts';
import { PrometheusOutput } from '../../../src/export/prometheus/scrape.ts';
import type { Host } from '../../../src/host/host.ts';
import { counter, gauge, histogram } from '../../../src/metrics/metric.ts';
import { ScrapeMetrics } from '../../../src/self/scrape-metrics.ts';
import { createFakeCollector } from '../../support/fake-collector.ts';
import { createHostTree, openHost } from '../../support/host-tree.ts';

// The contract with the real OpenTelemetry SDK: what a scrape says is what the machine says now.

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
    observe: (outcome) => scrapes.count(outcome),
  });
  const output = new PrometheusOutput({
    gatherer,
    resource: { 'service.name': 'test', 'host.name': undefined },
    version: '1.2.3',
    namespace,
    scopeInfo,
  });
  return async (milliseconds = 60_000): Promise<string> =>
    (await output.scrape({ deadline: performance.now() + milliseconds })).body.toString();
}

function createAll(...definitions: readonly CollectorDefinition[]): Collector[] {
  return definitions.map((definition) => definition.create({}));
}

/** The series of some families, in the order of the page. */
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

test('a scrape has the observable and the produced families', async () => {
  await using machine = await createHostTree(LOADAVG);
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  const text = await scrape();
  assert.deepEqual(seriesOf(text, 'node_load', 'node_uptime', 'node_load1', 'node_scrape_collector_success'), [
    ...LOADS,
    'node_uptime{hostname="recorded"} 9246.58',
    'node_load1 0.57',
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="uptime"} 1',
  ]);
});

test('a changed file shows in the next scrape, and nothing is read between scrapes', async () => {
  await using machine = await createHostTree(LOADAVG);
  const scrape = createOutput(createAll(loadavg, uptime), machine);
  await scrape();
  await machine.write({ 'proc/uptime': '1.00 1.00\n' });
  await machine.write({ 'proc/uptime': '9247.00 17735.00\n' });
  assert.deepEqual(seriesOf(await scrape(), 'node_uptime'), ['node_uptime{hostname="recorded"} 9247']);
});

test('a failed read of /proc/loadavg makes node_load disappear, and it comes back', async () => {
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

test('a series that disappears is gone from the next scrape', async () => {
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

test('more label sets than the SDK holds for an instrument stay themselves', async () => {
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

test('20 parallel scrapes run one collection and get one text', async () => {
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

test('a collector that hangs costs its own metrics and not the scrape', async () => {
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

test('interleaved scrapes with different filters never see each other', async () => {
  await using machine = await createHostTree(LOADAVG);
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: createAll(loadavg, uptime),
    selfMetrics: [],
    observe: () => undefined,
  });
  const output = new PrometheusOutput({ gatherer, resource: {}, version: '', namespace: 'node', scopeInfo: false });
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

test('numbers, labels and histograms are printed as they are', async () => {
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
      'node_wait_seconds_count{queue="q"} 6',
      'node_wait_seconds_sum{queue="q"} 3.5',
      'node_wait_seconds_bucket{queue="q",le="0.1"} 2',
      'node_wait_seconds_bucket{queue="q",le="1"} 5',
      'node_wait_seconds_bucket{queue="q",le="+Inf"} 6',
    ],
  );
});

test('the resource is target_info, without what is not known', async () => {
  const target = seriesOf(await createOutput([])(), 'target_info');
  assert.equal(target.length, 1);
  assert.match(target[0] ?? '', /^target_info\{service_name="test",telemetry_sdk_language="nodejs",[^}]*\} 1$/);
  assert.doesNotMatch(target[0] ?? '', /host_name|process_/);
});

test('--metric.namespace renames our own families on both routes, and no others', async () => {
  await using machine = await createHostTree(LOADAVG);
  const other = gauge('process_things', 'Not ours.');
  const scrape = createOutput(
    [...createAll(loadavg), { name: 'other', families: [other], collect: (_host, emit) => emit(other, 1) }],
    { host: machine.host, namespace: 'acme' },
  );
  const names = [...(await scrape()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(names, [
    'target_info',
    'acme_load',
    'acme_load1',
    'acme_load5',
    'acme_load15',
    'process_things',
    'acme_scrape_collector_duration_seconds',
    'acme_scrape_collector_success',
    'acme_exporter_scrapes_total',
    'acme_exporter_scrape_duration_seconds',
    'acme_exporter_scrape_errors_total',
  ]);
});

test('--metrics.scope-info labels series with their scope, which they lack otherwise', async () => {
  const collectors = [createFakeCollector('good', (emit) => emit(1))];
  assert.deepEqual(seriesOf(await createOutput(collectors)(), 'node_good'), ['node_good 1']);
  assert.deepEqual(seriesOf(await createOutput(collectors, { scopeInfo: true })(), 'node_good'), [
    'node_good{otel_scope_name="otel-node-exporter",otel_scope_version="1.2.3"} 1',
  ]);
});

test('families of many series are written as families of few are, from kept labels and others', async () => {
  const few = gauge('node_few', 'A few "series"\n\\.', ['name', 'gone']);
  const many = gauge('node_many', 'A few "series"\n\\.', ['name', 'gone']);
  const odd = ['a"b', 'c\\d', 'e\nf', 'größe 🐳', ''];
  const values = [0, -1.5, 1e21, 2 ** 60, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const kept = odd.map((name) => Object.freeze({ name }) as { readonly name: string; readonly gone: undefined });
  const scrape = createOutput([
    {
      name: 'sizes',
      families: [few, many],
      collect(_host, emit) {
        for (let index = 0; index < 700; index += 1) {
          const name = odd[index % odd.length] ?? '';
          const value = values[index % values.length] ?? 0;
          const labels = index % 2 === 0 ? kept[index % odd.length] : { name, gone: undefined };
          assert.ok(labels);
          if (index < 70) emit(few, value, labels);
          emit(many, value, labels);
        }
      },
    },
  ]);
  const text = await scrape();
  const linesOf = (name: string): string[] => text.split('\n').filter((line) => line.includes(`node_${name}`));
  const written = linesOf('many').map((line) => line.replaceAll('node_many', 'node_few'));
  assert.equal(written.length, 702);
  assert.deepEqual(written.slice(0, 72), linesOf('few'));
});
