import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { wrongNumberTypes } from '../../semconv/number-types.ts';
import { attributesOf, type Metric, type Point, type ResourceMetrics, resourceOf } from '../../support/otlp-json.ts';
import { startReceiver } from '../../support/otlp-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram } from '../support/program.ts';
import { missingCollector } from './binary.ts';
import { type RunningCollector, startCollector, warningsOf } from './start-collector.ts';

// These tests push from the real program to a real Collector.

const skip = missingCollector();

async function startPushRoute(ports: { readonly http: number; readonly grpc: number }): Promise<RunningCollector> {
  const protocols = {
    grpc: { endpoint: `127.0.0.1:${ports.grpc}` },
    http: { endpoint: `127.0.0.1:${ports.http}` },
  };
  // The debug exporter replaces the exporter to Prometheus.
  const service = { pipelines: { 'metrics/prometheus': { exporters: ['debug'] } } };
  return startCollector('push.yaml', {}, { receivers: { otlp: { protocols } }, exporters: { debug: {} }, service });
}

const freePorts = async () => ({ http: await freePort(), grpc: await freePort() });

/** Attributes that the Collector moves from the points to the resource. */
const IDENTITY = /^(container\.(id|name|image\.name|runtime)|k8s\.(namespace|pod|container)\.)/;

/**
 * Returns each point as JSON with its scope, metric, attributes and values. If the Collector has moved an attribute to the
 * resource, the attribute is listed with those of the point.
 */
function pointsOf(resourceMetrics: readonly ResourceMetrics[]): string[] {
  return resourceMetrics.flatMap((each) => {
    const resource = resourceOf(each);
    const identity = Object.entries(resource).filter(([name]) => IDENTITY.test(name));
    const others = Object.entries(resource).filter(([name]) => !IDENTITY.test(name));
    // The schema URL of a scope is not compared, because the processor groupbyattrs drops it.
    return each.scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap((metric) =>
        dataOf(metric).map(({ attributes, ...point }) =>
          JSON.stringify([
            ...[scope?.name, scope?.version, Object.fromEntries(others.sort()), toComparableMetric(metric)],
            Object.fromEntries([...Object.entries(attributesOf(attributes)), ...identity].sort()),
            Object.entries(point).map(toText).filter(isNonDefault).sort(),
          ]),
        ),
      ),
    );
  });
}

function dataOf({ gauge, sum, histogram }: Metric): readonly Point[] {
  return (gauge ?? sum ?? histogram)?.dataPoints ?? [];
}

function toComparableMetric({ gauge, sum, histogram, ...metric }: Metric): unknown {
  const { dataPoints: _, ...data } = { dataPoints: [], ...gauge, ...sum, ...histogram };
  return [
    Object.entries(metric)
      .filter(([, value]) => value !== '')
      .sort(),
    Object.entries(data).filter(isNonDefault).sort(),
  ];
}

/** Converts a value to text. For 64-bit integers, the JSON mapping of protobuf allows both numbers and text. */
function toText([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? value.map(String) : String(value)];
}

/**
 * Returns whether a value differs from the default value of its type. The JSON mapping of protobuf may omit default
 * values.
 */
function isNonDefault([, value]: [string, unknown]): boolean {
  return (
    value !== false && !(Array.isArray(value) && value.length === 0) && !['', '0', 'false'].includes(String(value))
  );
}

/** Returns up to five points that are in `points` but not in `others`. */
function missingIn(others: ReadonlySet<string>, points: ReadonlySet<string>): string[] {
  return [...points].filter((point) => !others.has(point)).slice(0, 5);
}

/** Asserts that the Collector writes the pushed points and no others. Returns the number of points. */
async function assertForwardsAllPoints(naming: string, protocol: string): Promise<number> {
  const ports = await freePorts();
  await using collector = await startPushRoute(ports);
  await using receiver = await startReceiver({ forwardTo: `http://127.0.0.1:${ports.http}` });
  const flags = [`--otlp.endpoint=${receiver.url}`, `--otlp.naming=${naming}`, `--otlp.protocol=${protocol}`];
  await using program = await startProgram([...flags, '--otlp.interval=2s', '--otlp.compression=gzip']);
  await receiver.untilAccepted(3);
  program.child.kill('SIGTERM');
  await program.ended;
  await collector.stop();
  const pushed = new Set(pointsOf(receiver.accepted.flatMap(({ resourceMetrics }) => resourceMetrics)));
  const written = new Set(pointsOf(collector.written()));
  assert.deepEqual(
    { missing: missingIn(written, pushed), unexpected: missingIn(pushed, written) },
    { missing: [], unexpected: [] },
  );
  assert.deepEqual(warningsOf(collector), []);
  assert.ok(pushed.size > 100);
  return pushed.size;
}

test('the push route forwards every point with Prometheus names, with its type, labels, times and value', {
  skip,
}, async (t) => {
  t.diagnostic(`${await assertForwardsAllPoints('prometheus', 'http/protobuf')} points pushed and written`);
});

test('the push route forwards every point with semconv names, with its type, attributes, times and value', {
  skip,
}, async (t) => {
  t.diagnostic(`${await assertForwardsAllPoints('semconv', 'http/protobuf')} points pushed and written`);
});

test('the push route forwards every point of a push in JSON', { skip }, async (t) => {
  t.diagnostic(`${await assertForwardsAllPoints('prometheus', 'http/json')} points pushed and written`);
});

for (const protocol of ['http/protobuf', 'http/json', 'grpc'] as const) {
  test(`the Collector writes ints and doubles as in the semantic conventions after a push over ${protocol}`, {
    skip,
  }, async () => {
    const ports = await freePorts();
    await using collector = await startPushRoute(ports);
    const port = protocol === 'grpc' ? ports.grpc : ports.http;
    const flags = [`--otlp.endpoint=http://127.0.0.1:${port}`, `--otlp.protocol=${protocol}`, '--otlp.interval=2s'];
    await using program = await startProgram(flags);
    const isComplete = (written: readonly ResourceMetrics[]): boolean => {
      const text = JSON.stringify(written);
      return ['system.cpu.utilization', 'system.memory.usage', 'process.cpu.utilization'].every((name) =>
        text.includes(name),
      );
    };
    const written = await eventually(async () => collector.written(), isComplete);
    program.child.kill('SIGTERM');
    await program.ended;
    assert.deepEqual(wrongNumberTypes(written), []);
    assert.deepEqual(warningsOf(collector), []);
  });
}

/**
 * Counter of failed collections. The textfile collector fails in each pass, so the value of the counter is the number of
 * the pass.
 */
const PASS_COUNTER = /^node_exporter_scrape_errors_total$/;

/** Creates a file that makes the textfile collector fail, and returns the flags for it. */
async function createFailingTextfile(): Promise<AsyncDisposable & { readonly flags: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'textfile-'));
  await writeFile(join(directory, 'broken.prom'), 'not a metric\n');
  return {
    flags: [`--collector.textfile.directory=${directory}`, '--otlp.naming=prometheus', '--log.level=info'],
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** Returns the numbers of the passes that the Collector has written, in the order of writing. */
function passNumbersOf(resourceMetrics: readonly ResourceMetrics[]): number[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return metrics
    .filter(({ name }) => PASS_COUNTER.test(name))
    .flatMap(dataOf)
    .filter(({ attributes }) => attributesOf(attributes)['collector'] === 'textfile')
    .map(({ asDouble }) => Number(asDouble));
}

/** Time without a running Collector, in seconds. It is shorter in `npm test`. */
const OUTAGE_SECONDS = process.env['npm_lifecycle_event'] === 'e2e:collector' ? 60 : 6;
/** Interval between pushes, in seconds. It is also the timeout of a push. */
const INTERVAL_SECONDS = 2;

/** Asserts that the Collector writes every pass in order despite an outage; returns a summary. */
async function assertNoPassIsLost(protocol: string, port: 'http' | 'grpc'): Promise<string> {
  const ports = await freePorts();
  await using textfile = await createFailingTextfile();
  const before = await startPushRoute(ports);
  await using _ = before;
  const flags = [
    `--otlp.endpoint=http://127.0.0.1:${ports[port]}`,
    `--otlp.protocol=${protocol}`,
    `--otlp.interval=${INTERVAL_SECONDS}s`,
  ];
  await using program = await startProgram([...flags, ...textfile.flags]);
  await eventually(
    async () => passNumbersOf(before.written()).length,
    (written) => written >= 2,
  );
  await before.stop();
  await new Promise((resolve) => setTimeout(resolve, OUTAGE_SECONDS * 1000));
  await using after = await startPushRoute(ports);
  await eventually(
    async () => passNumbersOf(after.written()).length,
    (written) => written > OUTAGE_SECONDS / INTERVAL_SECONDS,
  );
  program.child.kill('SIGTERM');
  await program.ended;
  await after.stop();
  const numbers = [...passNumbersOf(before.written()), ...passNumbersOf(after.written())];
  const passes = [...new Set(numbers)];
  const [first = 0] = passes;
  assert.deepEqual(
    passes,
    passes.map((_number, index) => first + index),
    'Each pass is written in order',
  );
  const [lines] = [
    program
      .output()
      .split('\n')
      .filter((line) => /Cannot push|Pushing to \S+ again/.test(line)),
  ];
  assert.equal(lines.length, 2, program.output());
  return `${passes.length} passes, ${OUTAGE_SECONDS} s without a Collector, ${numbers.length - passes.length} written twice`;
}

test('every pass reaches the Collector after an outage over HTTP', { skip }, async (t) => {
  t.diagnostic(await assertNoPassIsLost('http/protobuf', 'http'));
});

test('every pass reaches the Collector after an outage over gRPC', { skip }, async (t) => {
  t.diagnostic(await assertNoPassIsLost('grpc', 'grpc'));
});
