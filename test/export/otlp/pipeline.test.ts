import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import type { SelfMetrics } from '../../../src/collection/pass.ts';
import type { OtlpConfig } from '../../../src/config/otlp.ts';
import { PushPipeline, type PushPipelineOptions } from '../../../src/export/otlp/pipeline.ts';
import { counter } from '../../../src/metrics/metric.ts';
import { PushMetrics } from '../../../src/self/push-metrics.ts';
import { createFakeCollector } from '../../support/fake-collector.ts';
import { openHost } from '../../support/host-tree.ts';
import { NAMING } from '../../support/naming.ts';
import { type ReceivedRequest, readingTimes, startReceiver } from '../../support/otlp-receiver.ts';

const SILENT = Object.fromEntries(
  ['info', 'warn', 'error', 'debug'].map((level) => [level, () => undefined]),
) as unknown as PushPipelineOptions['log'];

interface Options {
  readonly config?: Partial<OtlpConfig>;
  readonly collect?: () => number | Promise<number>;
  readonly selfMetrics?: readonly SelfMetrics[];
}

/** Starts a pipeline that pushes the number of the pass every 50 ms. The clock advances one second per pass. */
async function startPipeline(url: string, { config, collect, selfMetrics = [] }: Options = {}): Promise<PushPipeline> {
  const passes = { count: 0 };
  const read = collect ?? (() => passes.count);
  const gatherer = new Gatherer({
    host: openHost('/nowhere'),
    collectors: [
      createFakeCollector('passes', async (emit) => {
        emit(await read());
      }),
    ],
    selfMetrics,
    observe: () => undefined,
  });
  return PushPipeline.start({
    config: {
      endpoint: new URL(`${url}/v1/metrics`),
      proxy: undefined,
      protocol: 'http/protobuf',
      temporality: 'cumulative',
      convention: 'prometheus',
      headers: {},
      compressed: false,
      certificate: undefined,
      clientCertificate: undefined,
      clientKey: undefined,
      interval: 0.05,
      exportTimeout: 0.05,
      timeout: 10,
      queueSize: 100,
      ...config,
    },
    gatherer,
    resource: { 'service.name': 'test' },
    naming: { ...NAMING, version: '1' },
    bootTime: { read: () => 1_700_000_000 },
    now: () => {
      passes.count += 1;
      return 1_800_000_000 + passes.count;
    },
    passTimeout: 5,
    pushMetrics: new PushMetrics(() => 0),
    log: SILENT,
  });
}

/** Returns two numbers for each received pass: its number according to its time, and its number according to its value. */
function passesIn(received: readonly ReceivedRequest[]): unknown[] {
  return received.map((each) => {
    const [metric] = each.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    const seconds = readingTimes(each).map((time) => Number(time.slice(0, -9)) - 1_800_000_000);
    return [...seconds, metric?.gauge?.dataPoints[0]?.asDouble];
  });
}

const firstPasses = (count: number): unknown[] => Array.from({ length: count }, (_, index) => [index + 1, index + 1]);

test('PushPipeline pushes each pass once, with its time, and a last one on stop()', { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver();
  const pipeline = await startPipeline(receiver.url);
  await receiver.untilReceived(3);
  await pipeline.stop(10_000);
  const { length } = receiver.received;
  assert.ok(length >= 4, `${length}`);
  assert.deepEqual(passesIn(receiver.received), firstPasses(length));
});

test('PushPipeline sends compressed JSON if configured', { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver();
  const pipeline = await startPipeline(receiver.url, {
    config: { protocol: 'http/json', compressed: true, interval: 3600, exportTimeout: 3600 },
  });
  await pipeline.stop(10_000);
  const [first] = receiver.received;
  assert.deepEqual(
    [first?.headers['content-type'], first?.headers['content-encoding'], first?.headers['user-agent']],
    ['application/json', 'gzip', 'otel-node-exporter/1'],
  );
  assert.deepEqual(passesIn(receiver.received), firstPasses(1));
});

test('PushPipeline runs passes while the Collector is unavailable, and delivers all of them', {
  timeout: 30_000,
}, async () => {
  await using receiver = await startReceiver({
    reply: (index) => (index === 0 ? { status: 503, headers: { 'retry-after': '1' } } : { status: 200 }),
  });
  const pipeline = await startPipeline(receiver.url);
  await receiver.untilAccepted(5);
  await pipeline.stop(10_000);
  const { accepted: taken } = receiver;
  assert.ok(taken.length > 5, `${taken.length}`);
  assert.deepEqual(passesIn(taken), firstPasses(taken.length));
});

test('stop() delivers queued pushes during a pause that the Collector requested', { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver({
    reply: (index) => (index === 0 ? { status: 503, headers: { 'retry-after': '3600' } } : { status: 200 }),
  });
  const pipeline = await startPipeline(receiver.url);
  await receiver.untilReceived(1);
  await pipeline.stop(10_000);
  assert.deepEqual(passesIn(receiver.accepted), firstPasses(receiver.accepted.length));
  assert.ok(receiver.accepted.length >= 2);
});

test('PushPipeline drops pushes after a final failure, and delivers later ones', { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver({ reply: (index) => ({ status: index < 2 ? 401 : 200 }) });
  const pipeline = await startPipeline(receiver.url);
  await receiver.untilAccepted(1);
  await pipeline.stop(10_000);
  assert.deepEqual(passesIn(receiver.received), firstPasses(receiver.received.length));
});

test('PushPipeline delivers each increase once with delta temporality, although some pushes fail', {
  timeout: 30_000,
}, async () => {
  // The third push is dropped, and the fifth push is sent again.
  const statuses: Readonly<Record<number, number>> = { 2: 400, 4: 503 };
  await using receiver = await startReceiver({
    reply: (index) => ({ status: statuses[index] ?? 200, headers: { 'retry-after': '0' } }),
  });
  const jobs = counter('jobs_total', 'Jobs.');
  const total = { count: 0 };
  const pipeline = await startPipeline(receiver.url, {
    config: { temporality: 'delta' },
    selfMetrics: [
      {
        families: [jobs],
        report(emit) {
          total.count += 7;
          emit(jobs, total.count);
        },
      },
    ],
  });
  await receiver.untilAccepted(8);
  await pipeline.stop(10_000);
  const sums = receiver.accepted
    .flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    )
    .flatMap(({ name, sum }) => (name !== 'jobs_total' || sum === undefined ? [] : [sum]));
  assert.ok(sums.every(({ aggregationTemporality }) => aggregationTemporality === 1));
  const values = sums.map(({ dataPoints }) => Number(dataPoints[0]?.asDouble));
  assert.equal(
    values.reduce((delivered, value) => delivered + value, 0),
    total.count,
  );
  assert.equal(values.filter((value) => value === 14).length, 1);
});

test('stop() does not wait for a collector that hangs', { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver();
  const pipeline = await startPipeline(receiver.url, {
    config: { interval: 3600, exportTimeout: 3600 },
    collect: () => new Promise(() => undefined),
  });
  await pipeline.stop(300);
});

test('PushPipeline.start() fails if a certificate cannot be read', async () => {
  const start = (certificate: string) => startPipeline('https://localhost:1', { config: { certificate } });
  await assert.rejects(start('/nowhere/ca.pem'), new Error('Cannot read /nowhere/ca.pem: ENOENT'));
});

/** The value of `--otlp.timeout=700ms` in seconds: times 1000, it is 700.0000000000001. */
const UNEVEN = 700 * 0.001;

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  test(`PushPipeline pushes over ${protocol} with a timeout of 700 ms`, async () => {
    await using receiver = await startReceiver();
    const pipeline = await startPipeline(receiver.url, {
      config: { protocol, timeout: UNEVEN, exportTimeout: UNEVEN, interval: UNEVEN },
    });
    await pipeline.stop(1000);
    assert.ok(receiver.received.length > 0);
  });
}

test('PushPipeline accepts a timeout of 700 ms over gRPC', async () => {
  const pipeline = await startPipeline('http://127.0.0.1:1', { config: { protocol: 'grpc', timeout: UNEVEN } });
  await pipeline.stop(1000);
});
