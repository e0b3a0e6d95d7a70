import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { collectors as definitions } from '../../../src/collectors/index.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createResource } from '../../../src/export/otel/resource.ts';
import { PushProducer } from '../../../src/export/otlp/push-producer.ts';
import { jsonSerializer, protobufSerializer } from '../../../src/export/otlp/serializers.ts';
import { PrometheusOutput } from '../../../src/export/prometheus/scrape.ts';
import { BootTime } from '../../../src/host/boot-time.ts';
import type { Host } from '../../../src/host/host.ts';
import type { Convention } from '../../../src/metrics/metric.ts';
import { ScrapeMetrics } from '../../../src/self/scrape-metrics.ts';
import { CGROUP2, cgroup, ID_A, processFiles } from '../../support/cgroup-files.ts';
import { createHostTree, openHost } from '../../support/host-tree.ts';
import { type Point, type ResourceMetrics, seriesValuesOf } from '../../support/otlp-json.ts';
import { decodeProtobuf } from '../../support/otlp-receiver.ts';
import { parsePage, type SeriesValues } from '../../support/series-values.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const RESOURCE = { 'service.name': 'otel-node-exporter' };
const patience = () => performance.now() + 60_000;

function createGatherer(host: Host, argv: readonly string[] = []): Gatherer {
  const { collectors, all } = readConfig({ argv, env: {}, definitions });
  return new Gatherer({
    host,
    collectors: collectors.map((definition) => definition.create(all)),
    selfMetrics: [new ScrapeMetrics([])],
    observe: () => undefined,
  });
}

async function collect(host: Host, { convention = 'prometheus', argv = [], namespace = 'node' }: Options = {}) {
  const conflicts: string[] = [];
  const producer = new PushProducer({
    gatherer: createGatherer(host, argv),
    convention,
    resource: createResource(RESOURCE),
    version: '1.2.3',
    namespace,
    bootTime: new BootTime(host),
    now: host.now,
    patienceMs: 60_000,
    onConflict: (name) => conflicts.push(name),
  });
  const { resourceMetrics, errors } = await producer.collect();
  assert.deepEqual(errors, []);
  return { resourceMetrics, conflicts };
}

interface Options {
  readonly convention?: Convention;
  readonly argv?: readonly string[];
  readonly namespace?: string;
}

/** What arrives when a machine is pushed, as protobuf and back. */
async function push(host: Host, options: Options = {}): Promise<ResourceMetrics> {
  const { resourceMetrics } = await collect(host, options);
  const [pushed] = decodeProtobuf(protobufSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array());
  assert.ok(pushed);
  return pushed;
}

async function scrape(host: Host, { argv = [], namespace = 'node' }: Options = {}): Promise<SeriesValues> {
  const output = new PrometheusOutput({
    gatherer: createGatherer(host, argv),
    resource: RESOURCE,
    version: '1.2.3',
    namespace,
    scopeInfo: false,
  });
  const { body } = await output.scrape({ deadline: patience() });
  return parsePage(body.toString());
}

/** OpenTelemetry has neither summaries nor what has no type: both are gauges. How long a pass took differs each time. */
function asPushed(page: SeriesValues): SeriesValues {
  const said = [...page].map(([key, value]) => [key.replace(/^(summary|untyped)? /, 'gauge '), value] as const);
  return new Map(said.filter(([key]) => !/^gauge target_info/.test(key)));
}

function comparable(readings: SeriesValues): [string, string][] {
  return [...readings].filter(([key]) => !key.includes('_scrape_collector_duration_seconds')).sort();
}

function sameByBothRoutes(machine: string): void {
  test(`a push of ${machine} has the names, types, labels and values of its page`, async () => {
    const host = openHost(join(FIXTURES, machine));
    const pushed = comparable(seriesValuesOf(await push(host)));
    assert.deepEqual(pushed, comparable(asPushed(await scrape(host))));
    assert.ok(pushed.length > 50, `${pushed.length} series`);
  });
}

for (const entry of readdirSync(FIXTURES, { withFileTypes: true }))
  if (entry.isDirectory()) sameByBothRoutes(entry.name);

const FOREIGN = `# HELP backup_seconds How long backups took.
# TYPE backup_seconds histogram
backup_seconds_bucket{le="0.5"} 1
backup_seconds_bucket{le="1e+06"} 3
backup_seconds_bucket{le="+Inf"} 4
backup_seconds_sum 8.5
backup_seconds_count 4
# HELP rpc_seconds Of calls.
# TYPE rpc_seconds summary
rpc_seconds{quantile="0.5"} 0.05
rpc_seconds{quantile="0.99"} 0.2
rpc_seconds_sum 17
rpc_seconds_count 240
# HELP odd Not a number, and no type.
# TYPE odd untyped
odd{which="nan"} NaN
odd{which="largest"} +Inf
odd{which="least"} -Inf
# HELP jobs_total Done.
# TYPE jobs_total counter
jobs_total 3
`;

async function createForeign() {
  const machine = await createHostTree({
    'proc/stat': 'ctxt 5\nbtime 1700000000\n',
    'proc/loadavg': '0.5 0.25 0.125 1/2 3\n',
    'root/textfile/other.prom': FOREIGN,
  });
  const argv = [
    '--collector.disable-defaults',
    '--collector.textfile',
    '--collector.loadavg',
    '--collector.stat',
    `--collector.textfile.directory=${machine.root}/root/textfile`,
  ];
  return { machine, argv };
}

test('a push has what other programs tell of themselves, whatever its type', async () => {
  const { machine, argv } = await createForeign();
  await using _ = machine;
  const namespace = 'host';
  const pushed = seriesValuesOf(await push(machine.host, { argv, namespace }));
  assert.deepEqual(comparable(pushed), comparable(asPushed(await scrape(machine.host, { argv, namespace }))));
  const some = comparable(pushed).filter(([key]) =>
    / (odd|rpc_seconds|rpc_seconds_sum|backup_seconds|host_load1)\{/.test(key),
  );
  assert.deepEqual(some, [
    ['gauge host_load1{}', '0.5'],
    ['gauge odd{which="largest"}', 'Infinity'],
    ['gauge odd{which="least"}', '-Infinity'],
    ['gauge odd{which="nan"}', 'NaN'],
    ['gauge rpc_seconds_sum{}', '17'],
    ['gauge rpc_seconds{quantile="0.5"}', '0.05'],
    ['gauge rpc_seconds{quantile="0.99"}', '0.2'],
    ['histogram backup_seconds{}', 'count 4 sum 8.5 0.5:1 1000000:3'],
  ]);
});

test('a push says the same in JSON as in protobuf, also what is no finite number', async () => {
  const { machine, argv } = await createForeign();
  await using _ = machine;
  const { resourceMetrics } = await collect(machine.host, { argv });
  const written = Buffer.from(jsonSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array()).toString();
  const [pushed] = (JSON.parse(written) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics;
  assert.ok(pushed);
  assert.deepEqual(comparable(seriesValuesOf(pushed)), comparable(seriesValuesOf(await push(machine.host, { argv }))));
  assert.doesNotMatch(written, /null/);
});

/** Since when each metric counts, of its first point. */
function startsOf({ scopeMetrics }: ResourceMetrics): Readonly<Record<string, string | undefined>> {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    metrics.map(({ name, gauge, sum, histogram }) => {
      const [point]: readonly Point[] = (gauge ?? sum ?? histogram)?.dataPoints ?? [];
      return [name, point?.startTimeUnixNano];
    }),
  );
}

test('a push says since when each counter counts', async () => {
  const { machine, argv } = await createForeign();
  await using _ = machine;
  const starts = startsOf(await push(machine.host, { argv }));
  assert.equal(starts['node_context_switches_total'], '1700000000000000000');
  assert.equal(starts['jobs_total'], '0', 'another program does not say');
  const [seconds, nanoseconds] = [starts['node_exporter_scrapes_total']?.slice(0, -9), performance.timeOrigin / 1000];
  assert.equal(seconds, String(Math.floor(nanoseconds)), 'its own since it started');
});

test('a push says since when a container counts', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...processFiles(100, { startedAfter: 250 }),
    ...cgroup(`sys/fs/cgroup/docker/${ID_A}`, {
      'cgroup.procs': '100\n',
      'cpu.stat': 'usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\n',
    }),
  });
  const argv = ['--collector.disable-defaults', '--collector.containers'];
  const pushed = await push(machine.host, { argv });
  assert.equal(startsOf(pushed)['container_cpu_usage_seconds_total'], '1700000250000000000');
});

test('a push tells when it was read, who reads and by which conventions', async () => {
  const { machine, argv } = await createForeign();
  await using _ = machine;
  const { resource, schemaUrl, scopeMetrics } = await push(machine.host, { argv });
  const attributes = Object.fromEntries((resource.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
  assert.equal(attributes['service.name'], 'otel-node-exporter');
  assert.equal(schemaUrl, 'https://opentelemetry.io/schemas/1.44.0');
  assert.deepEqual(
    scopeMetrics.map(({ scope, schemaUrl: own }) => [scope?.name, scope?.version, own]),
    [['otel-node-exporter', '1.2.3', undefined]],
  );
  const times = scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap(({ gauge, sum, histogram }) =>
      ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map(({ timeUnixNano }) => timeUnixNano),
    ),
  );
  assert.deepEqual([...new Set(times)], ['1800000000500000000']);
  const conventional = await push(machine.host, { argv, convention: 'semconv' });
  assert.equal(conventional.scopeMetrics[0]?.schemaUrl, 'https://opentelemetry.io/schemas/1.44.0');
});

test('a push leaves out what another program calls by a name of ours', async () => {
  const { machine, argv } = await createForeign();
  await using _ = machine;
  await machine.write({ 'root/textfile/thief.prom': '# TYPE node_load1 gauge\nnode_load1 99\n' });
  const { conflicts } = await collect(machine.host, { argv });
  assert.deepEqual(conflicts, ['node_load1']);
});

test('BootTime reads again when the clock was set, and not before', async () => {
  let [now, elapsed] = [1_800_000_000, 500];
  const clocks = { now: () => now, elapsed: () => elapsed };
  await using machine = await createHostTree({ 'proc/stat': 'btime 1700000000\n' }, clocks);
  const bootTime = new BootTime(machine.host);
  assert.equal(bootTime.read(), 1_700_000_000);
  await machine.write({ 'proc/stat': 'btime 1700003600\n' });
  [now, elapsed] = [now + 60, elapsed + 60.01];
  assert.equal(bootTime.read(), 1_700_000_000);
  now += 3600;
  assert.equal(bootTime.read(), 1_700_003_600);
});

test('BootTime does not make up what the kernel does not tell', async () => {
  await using machine = await createHostTree({});
  assert.equal(new BootTime(machine.host).read(), undefined);
});
