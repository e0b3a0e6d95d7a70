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
import { PrometheusOutput } from '../../../src/export/prometheus/output.ts';
import { BootTime } from '../../../src/host/boot-time.ts';
import type { Host } from '../../../src/host/host.ts';
import type { Convention } from '../../../src/metrics/metric.ts';
import { ScrapeMetrics } from '../../../src/self/scrape-metrics.ts';
import { CGROUP2, cgroup, ID_A, processFiles } from '../../support/cgroup-files.ts';
import { createHostTree, openHost } from '../../support/host-tree.ts';
import { NAMING } from '../../support/naming.ts';
import { type Point, type ResourceMetrics, seriesValuesOf } from '../../support/otlp-json.ts';
import { decodeProtobuf } from '../../support/otlp-receiver.ts';
import { parsePage, type SeriesValues } from '../../support/series-values.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const RESOURCE = { 'service.name': 'otel-node-exporter' };
const inAMinute = () => performance.now() + 60_000;

function createGatherer(host: Host, argv: readonly string[] = []): Gatherer {
  const { collectors, flagValues } = readConfig({ argv, env: {}, definitions });
  return new Gatherer({
    host,
    collectors: collectors.map((definition) => definition.create(flagValues)),
    selfMetrics: [new ScrapeMetrics([])],
    observe: () => undefined,
  });
}

function createProducer(host: Host, { convention = 'prometheus', argv = [], namespace = 'node' }: Options = {}) {
  const producer = new PushProducer({
    gatherer: createGatherer(host, argv),
    convention,
    resource: createResource(RESOURCE),
    naming: { ...NAMING, namespace },
    bootTime: new BootTime(host),
    now: host.now,
    timeoutMs: 60_000,
  });
  return producer;
}

async function collect(host: Host, options: Options = {}) {
  const producer = createProducer(host, options);
  const { resourceMetrics, errors } = await producer.collect();
  assert.deepEqual(errors, []);
  return { resourceMetrics };
}

interface Options {
  readonly convention?: Convention;
  readonly argv?: readonly string[];
  readonly namespace?: string;
}

/** Returns a push, decoded from protobuf. */
async function push(host: Host, options: Options = {}): Promise<ResourceMetrics> {
  return await createPush(host, options)();
}

/** Returns a function that pushes with the same producer each time. */
function createPush(host: Host, options: Options = {}): () => Promise<ResourceMetrics> {
  const producer = createProducer(host, options);
  return async () => {
    const { resourceMetrics, errors } = await producer.collect();
    assert.deepEqual(errors, []);
    return decode(resourceMetrics);
  };
}

function decode(resourceMetrics: Parameters<typeof protobufSerializer.serializeRequest>[0]): ResourceMetrics {
  const [pushed] = decodeProtobuf(protobufSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array());
  assert.ok(pushed);
  return pushed;
}

async function scrape(host: Host, { argv = [], namespace = 'node' }: Options = {}): Promise<SeriesValues> {
  const output = new PrometheusOutput({
    gatherer: createGatherer(host, argv),
    resource: RESOURCE,
    naming: { ...NAMING, namespace },
  });
  const { body } = await output.scrape({ deadline: inAMinute() });
  return parsePage(body.toString());
}

/**
 * Returns the series of a scrape with the types that a push contains. OpenTelemetry has no summary and no untyped metric, so
 * both types are gauges.
 */
function asPushed(page: SeriesValues): SeriesValues {
  const pushed = [...page].map(([key, value]) => [key.replace(/^(summary|untyped)? /, 'gauge '), value] as const);
  return new Map(pushed.filter(([key]) => !/^gauge target_info/.test(key)));
}

function comparable(readings: SeriesValues): [string, string][] {
  return [...readings].filter(([key]) => !key.includes('_scrape_collector_duration_seconds')).sort();
}

function pushesWhatIsScraped(machine: string): void {
  test(`a push of ${machine} contains the names, types, labels and values of its exposition`, async () => {
    const host = openHost(join(FIXTURES, machine));
    const pushed = comparable(seriesValuesOf(await push(host)));
    assert.deepEqual(pushed, comparable(asPushed(await scrape(host))));
    assert.ok(pushed.length > 50, `${pushed.length} series`);
  });
}

for (const entry of readdirSync(FIXTURES, { withFileTypes: true }))
  if (entry.isDirectory()) pushesWhatIsScraped(entry.name);

const EXTERNAL = `# HELP backup_seconds How long backups took.
# TYPE backup_seconds histogram
backup_seconds_bucket{le="0.5"} 1
backup_seconds_bucket{le="1e+06"} 3
backup_seconds_bucket{le="+Inf"} 4
backup_seconds_sum 8.5
backup_seconds_count 4
# HELP rpc_seconds How long calls took.
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
# HELP jobs_total Finished jobs.
# TYPE jobs_total counter
jobs_total 3
`;

async function createHostWithExternalMetrics() {
  const machine = await createHostTree({
    'proc/stat': 'ctxt 5\nbtime 1700000000\n',
    'proc/loadavg': '0.5 0.25 0.125 1/2 3\n',
    'root/textfile/other.prom': EXTERNAL,
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

test('a push contains external metrics of all types', async () => {
  const { machine, argv } = await createHostWithExternalMetrics();
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

test('a push has the same values in JSON and protobuf, including NaN and infinities', async () => {
  const { machine, argv } = await createHostWithExternalMetrics();
  await using _ = machine;
  const { resourceMetrics } = await collect(machine.host, { argv });
  const json = Buffer.from(jsonSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array()).toString();
  const [pushed] = (JSON.parse(json) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics;
  assert.ok(pushed);
  assert.deepEqual(comparable(seriesValuesOf(pushed)), comparable(seriesValuesOf(await push(machine.host, { argv }))));
  assert.doesNotMatch(json, /null/);
});

/** Returns the start time of the first data point of each metric. */
function startsOf({ scopeMetrics }: ResourceMetrics): Readonly<Record<string, string | undefined>> {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    metrics.map(({ name, gauge, sum, histogram }) => {
      const [point]: readonly Point[] = (gauge ?? sum ?? histogram)?.dataPoints ?? [];
      return [name, point?.startTimeUnixNano];
    }),
  );
}

test('a push contains the start time of each counter', async () => {
  const { machine, argv } = await createHostWithExternalMetrics();
  await using _ = machine;
  const starts = startsOf(await push(machine.host, { argv }));
  assert.equal(starts['node_context_switches_total'], '1700000000000000000');
  assert.equal(starts['jobs_total'], '0', 'unknown for external metrics');
  const [seconds, nanoseconds] = [starts['node_exporter_scrapes_total']?.slice(0, -9), performance.timeOrigin / 1000];
  assert.equal(seconds, String(Math.floor(nanoseconds)), 'start of the process for its own metrics');
});

test('a push contains the start time of a container', async () => {
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

/** A container whose cgroup has no visible process, so that only the creation time of the cgroup is known. */
const WITHOUT_PROCESSES = {
  ...CGROUP2,
  ...cgroup(`sys/fs/cgroup/docker/${ID_A}`, { 'cgroup.procs': '0\n', 'cpu.stat': 'usage_usec 3000000\n' }),
};

for (const convention of ['prometheus', 'semconv'] as const) {
  const name = convention === 'prometheus' ? 'container_cpu_usage_seconds_total' : 'container.cpu.time';
  const argv = ['--collector.disable-defaults', '--collector.containers'];

  test(`a push with ${convention} names omits an unknown start time of a container`, async () => {
    // The clock was set after the cgroup had been created.
    const seconds = Math.floor(Date.now() / 1000);
    const files = { ...WITHOUT_PROCESSES, 'proc/stat': `btime ${seconds + 3600}\n` };
    await using machine = await createHostTree(files, { now: () => seconds + 7200 });
    assert.equal(startsOf(await push(machine.host, { argv, convention }))[name], '0');
  });

  test(`a push with ${convention} names contains the containers of a host without a boot time`, async () => {
    await using machine = await createHostTree({ ...WITHOUT_PROCESSES, 'proc/stat': 'ctxt 5\n' });
    assert.equal(startsOf(await push(machine.host, { argv, convention }))[name], '0');
  });
}

test('the start times in a push move with a clock that was set', async () => {
  const argv = ['--collector.disable-defaults', '--collector.containers', '--collector.stat'];
  await using machine = await createHostTree({
    ...CGROUP2,
    'proc/stat': 'ctxt 5\nbtime 1500000000\n',
    ...processFiles(100, { startedAfter: 250 }),
    ...cgroup(`sys/fs/cgroup/docker/${ID_A}`, { 'cgroup.procs': '100\n', 'cpu.stat': 'usage_usec 3000000\n' }),
  });
  const pushAgain = createPush(machine.host, { argv });
  const read = async (): Promise<readonly unknown[]> => {
    const starts = startsOf(await pushAgain());
    return [starts['node_context_switches_total'], starts['container_cpu_usage_seconds_total']];
  };
  assert.deepEqual(await read(), ['1500000000000000000', '1500000250000000000']);
  await machine.write({ 'proc/stat': 'ctxt 6\nbtime 1700000000\n' });
  assert.deepEqual(await read(), ['1700000000000000000', '1700000250000000000']);
});

test('a push contains its time, resource, scope and schema URLs', async () => {
  const { machine, argv } = await createHostWithExternalMetrics();
  await using _ = machine;
  const { resource, schemaUrl, scopeMetrics } = await push(machine.host, { argv });
  const attributes = Object.fromEntries((resource.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
  assert.equal(attributes['service.name'], 'otel-node-exporter');
  assert.equal(schemaUrl, 'https://opentelemetry.io/schemas/1.44.0');
  assert.deepEqual(
    scopeMetrics.map(({ scope, schemaUrl: scopeSchema }) => [scope?.name, scope?.version, scopeSchema]),
    [['otel-node-exporter', '1.2.3', undefined]],
  );
  const times = scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap(({ gauge, sum, histogram }) =>
      ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map(({ timeUnixNano }) => timeUnixNano),
    ),
  );
  assert.deepEqual([...new Set(times)], ['1800000000500000000']);
  const semconvPush = await push(machine.host, { argv, convention: 'semconv' });
  assert.equal(semconvPush.scopeMetrics[0]?.schemaUrl, 'https://opentelemetry.io/schemas/1.44.0');
});

test('a push leaves out an external metric with a name of the exporter', async () => {
  const { machine, argv } = await createHostWithExternalMetrics();
  await using _ = machine;
  await machine.write({ 'root/textfile/conflict.prom': '# TYPE node_load1 gauge\nnode_load1 99\n' });
  const { scopeMetrics } = await push(machine.host, { argv });
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics).filter(({ name }) => name === 'node_load1');
  assert.deepEqual(
    metrics.map(({ gauge }) => gauge?.dataPoints?.map(({ asDouble }) => asDouble)),
    [[0.5]],
  );
});
