import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { attributesOf, type Metric, type Point, type ResourceMetrics, resourceOf } from '../../support/otlp-json.ts';
import { startReceiver } from '../../support/otlp-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram } from '../support/program.ts';
import { missingCollector } from './binary.ts';
import { type RunningCollector, startCollector, warningsOf } from './start-collector.ts';

// The push route with the real program and a real Collector.

const skip = missingCollector();

async function startPushRoute(ports: { readonly http: number; readonly grpc: number }): Promise<RunningCollector> {
  const protocols = {
    grpc: { endpoint: `127.0.0.1:${ports.grpc}` },
    http: { endpoint: `127.0.0.1:${ports.http}` },
  };
  // There is no Prometheus: the way there ends in a line of the log.
  const service = { pipelines: { 'metrics/prometheus': { exporters: ['debug'] } } };
  return startCollector('push.yaml', {}, { receivers: { otlp: { protocols } }, exporters: { debug: {} }, service });
}

const freePorts = async () => ({ http: await freePort(), grpc: await freePort() });

/** What the Collector makes resources of. */
const IDENTITY = /^(container\.(id|name|image\.name|runtime)|k8s\.(namespace|pod|container)\.)/;

/** Each point with all that is said of it, but for which of it stands on the resource. */
function pointsOf(resourceMetrics: readonly ResourceMetrics[]): string[] {
  return resourceMetrics.flatMap((each) => {
    const resource = resourceOf(each);
    const identity = Object.entries(resource).filter(([name]) => IDENTITY.test(name));
    const others = Object.entries(resource).filter(([name]) => !IDENTITY.test(name));
    // Which conventions a scope follows is lost on the way: groupbyattrs does not hand it on.
    return each.scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap((metric) =>
        dataOf(metric).map(({ attributes, ...point }) =>
          JSON.stringify([
            ...[scope?.name, scope?.version, Object.fromEntries(others.sort()), describe(metric)],
            Object.fromEntries([...Object.entries(attributesOf(attributes)), ...identity].sort()),
            Object.entries(point).map(toComparable).filter(isSaid).sort(),
          ]),
        ),
      ),
    );
  });
}

function dataOf({ gauge, sum, histogram }: Metric): readonly Point[] {
  return (gauge ?? sum ?? histogram)?.dataPoints ?? [];
}

function describe({ gauge, sum, histogram, ...metric }: Metric): unknown {
  const { dataPoints: _, ...data } = { dataPoints: [], ...gauge, ...sum, ...histogram };
  return [
    Object.entries(metric)
      .filter(([, value]) => value !== '')
      .sort(),
    Object.entries(data).filter(isSaid).sort(),
  ];
}

/** Protobuf's JSON may write a 64-bit number as a text, and leaves out what is 0. */
function toComparable([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? value.map(String) : String(value)];
}

function isSaid([, value]: [string, unknown]): boolean {
  return (
    value !== false && !(Array.isArray(value) && value.length === 0) && !['', '0', 'false'].includes(String(value))
  );
}

/** The first few of some points that are not among others. */
function without(points: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...points].filter((point) => !others.has(point)).slice(0, 5);
}

async function forwards(naming: string, protocol: string): Promise<number> {
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
  assert.deepEqual({ lost: without(pushed, written), found: without(written, pushed) }, { lost: [], found: [] });
  assert.deepEqual(warningsOf(collector), []);
  assert.ok(pushed.size > 100);
  return pushed.size;
}

test('the push route forwards every point of the page with its name, type, labels, times and value', {
  skip,
}, async (t) => {
  t.diagnostic(`${await forwards('prometheus', 'http/protobuf')} points pushed and written`);
});

test('the push route forwards every point of the conventions with all that is said of it', { skip }, async (t) => {
  t.diagnostic(`${await forwards('semconv', 'http/protobuf')} points pushed and written`);
});

test('the push route forwards what is pushed as JSON', { skip }, async (t) => {
  t.diagnostic(`${await forwards('prometheus', 'http/json')} points pushed and written`);
});

/** A collector that fails in each pass numbers the passes. */
const NUMBER = /^node_exporter_scrape_errors_total$/;

async function createFailure(): Promise<AsyncDisposable & { readonly flags: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'textfile-'));
  await writeFile(join(directory, 'broken.prom'), 'this is no metric\n');
  return {
    flags: [`--collector.textfile.directory=${directory}`, '--otlp.naming=prometheus', '--log.level=info'],
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** The numbers of the passes that were written, in that order. */
function numbersOf(resourceMetrics: readonly ResourceMetrics[]): number[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return metrics
    .filter(({ name }) => NUMBER.test(name))
    .flatMap(dataOf)
    .filter(({ attributes }) => attributesOf(attributes)['collector'] === 'textfile')
    .map(({ asDouble }) => Number(asDouble));
}

/** As long as it says in `npm run e2e:collector`, and shorter in `npm test`. */
const AWAY_SECONDS = process.env['npm_lifecycle_event'] === 'e2e:collector' ? 60 : 6;
/** Also how long the Collector may take to answer. */
const INTERVAL_SECONDS = 2;

async function losesNothing(protocol: string, port: 'http' | 'grpc'): Promise<string> {
  const ports = await freePorts();
  await using failure = await createFailure();
  const before = await startPushRoute(ports);
  await using _ = before;
  const flags = [
    `--otlp.endpoint=http://127.0.0.1:${ports[port]}`,
    `--otlp.protocol=${protocol}`,
    `--otlp.interval=${INTERVAL_SECONDS}s`,
  ];
  await using program = await startProgram([...flags, ...failure.flags]);
  await eventually(
    async () => numbersOf(before.written()).length,
    (written) => written >= 2,
  );
  await before.stop();
  await new Promise((resolve) => setTimeout(resolve, AWAY_SECONDS * 1000));
  await using after = await startPushRoute(ports);
  await eventually(
    async () => numbersOf(after.written()).length,
    (written) => written > AWAY_SECONDS / INTERVAL_SECONDS,
  );
  program.child.kill('SIGTERM');
  await program.ended;
  await after.stop();
  const numbers = [...numbersOf(before.written()), ...numbersOf(after.written())];
  const each = [...new Set(numbers)];
  const [first = 0] = each;
  assert.deepEqual(
    each,
    each.map((_number, index) => first + index),
    'each reading, in order',
  );
  const [lines] = [
    program
      .output()
      .split('\n')
      .filter((line) => /Cannot push|Pushing to \S+ again/.test(line)),
  ];
  assert.equal(lines.length, 2, program.output());
  return `${each.length} readings, ${AWAY_SECONDS} s without a Collector, ${numbers.length - each.length} written twice`;
}

test('no reading is missing after the Collector was away', { skip }, async (t) => {
  t.diagnostic(await losesNothing('http/protobuf', 'http'));
});

test('no reading is missing after the Collector was away, over gRPC', { skip }, async (t) => {
  t.diagnostic(await losesNothing('grpc', 'grpc'));
});
