import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { resourceOf, seriesValuesOf } from '../support/otlp-json.ts';
import { PROTO, readingTimes, startReceiver } from '../support/otlp-receiver.ts';
import { parsePage } from '../support/series-values.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { getText, run, startProgram, warningsOf } from './support/program.ts';
import { missing } from './support/requirements.ts';

// In these tests, the bundled program pushes to a receiver that the test starts.

const PROMETHEUS_NAMING = '--otlp.naming=prometheus';

/** Interval between pushes, in milliseconds. It is also the timeout of a push, and is long enough for a busy host. */
const INTERVAL = '2500';

const withInterval = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  OTEL_METRIC_EXPORT_INTERVAL: INTERVAL,
  ...env,
});

function linesMatching(output: string, pattern: RegExp): string[] {
  return output.split('\n').filter((line) => pattern.test(line));
}

/** Returns the values of the metrics `node_exporter_otlp_*`. The keys are the names without this prefix. */
async function readPushMetrics(url: string): Promise<Readonly<Record<string, string>>> {
  const series = [...parsePage(await getText(`${url}/metrics`))];
  const pushMetrics = series.flatMap(([key, value]) => {
    const [, name] = /^\w+ node_exporter_otlp_(\w+(?:\{outcome="\w+"\})?)/.exec(key) ?? [];
    return name === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pushMetrics);
}

test('the program pushes as the OTEL_* variables configure, and once more when it stops', async () => {
  await using receiver = await startReceiver();
  const env = withInterval({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=ops',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_SERVICE_NAME: 'agent',
  });
  await using program = await startProgram(['--hostname=web-1', '--log.level=debug', PROMETHEUS_NAMING], env);
  await receiver.untilReceived(1);
  const before = receiver.received.length;
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
  assert.ok(receiver.received.length > before, 'a last push');
  const [first] = receiver.received;
  assert.deepEqual([first?.headers['x-tenant'], first?.headers['content-encoding']], ['ops', 'gzip']);
  const [pushed] = first?.resourceMetrics ?? [];
  assert.ok(pushed);
  const { 'host.name': name, 'service.name': service, 'deployment.environment.name': environment } = resourceOf(pushed);
  assert.deepEqual([name, service, environment], ['web-1', 'agent', 'test']);
  assert.deepEqual(
    Object.keys(resourceOf(pushed)).filter((attribute) => attribute.startsWith('process.')),
    [],
  );
  assert.ok(seriesValuesOf(pushed).has('gauge node_load1{}'));
  assert.deepEqual(warningsOf(program), []);
});

test('the program queues pushes while the Collector is down and sends them in order', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await using program = await startProgram([
    `--otlp.endpoint=${url}`,
    `--otlp.interval=${INTERVAL}ms`,
    PROMETHEUS_NAMING,
  ]);
  const queued = await eventually(
    () => readPushMetrics(program.url),
    (metrics) => Number(metrics['queue_length']) >= 2,
  );
  assert.equal(queued['exports_total{outcome="success"}'], '0');
  assert.equal(queued['last_success_timestamp_seconds'], undefined);
  await using receiver = await startReceiver({ port });
  await receiver.untilAccepted(5);
  const after = await readPushMetrics(program.url);
  assert.equal(after['dropped_points_total'], '0');
  assert.ok(Number(after['last_success_timestamp_seconds']) > 1_700_000_000);
  const times = receiver.accepted.flatMap(readingTimes).map(Number);
  assert.deepEqual(times, times.toSorted());
  assert.equal(new Set(times).size, receiver.accepted.length, 'each reading is accepted once');
  const lines = linesMatching(program.output(), /Cannot push|again/);
  assert.equal(lines.length, 2, program.output());
  assert.match(
    lines[0] ?? '',
    /level=warn msg="Cannot push to http:\/\/127\.0\.0\.1:\d+\/v1\/metrics: connection refused/,
  );
  assert.match(lines[1] ?? '', /level=info msg="Pushing to http:\/\/127\.0\.0\.1:\d+\/v1\/metrics again/);
});

test('the program logs a rejected push once, with the URL and without the headers', async () => {
  await using receiver = await startReceiver({ reply: () => ({ status: 401 }) });
  const env = withInterval({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret' });
  await using program = await startProgram([`--otlp.endpoint=${receiver.url}`, PROMETHEUS_NAMING], env);
  await receiver.untilReceived(3);
  const metrics = await readPushMetrics(program.url);
  assert.equal(metrics['queue_length'], '0');
  assert.ok(Number(metrics['exports_total{outcome="failure"}']) >= 2);
  assert.ok(Number(metrics['dropped_points_total']) > 0);
  const lines = linesMatching(program.output(), /Cannot push/);
  assert.equal(lines.length, 1, program.output());
  assert.ok(lines[0]?.includes(`Cannot push to ${receiver.url}/v1/metrics: 401 Unauthorized;`), program.output());
  assert.doesNotMatch(program.output(), /s3cret/);
});

async function statuses(url: string): Promise<readonly number[]> {
  const paths = ['/metrics', '/info/load', '/health', '/-/ready', '/'];
  return Promise.all(paths.map(async (path) => (await fetch(url + path)).status));
}

test('the program does not serve /metrics if prometheus is not among the metrics exporters', async () => {
  await using receiver = await startReceiver();
  const env = withInterval({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  await using program = await startProgram([], env);
  await receiver.untilReceived(1);
  assert.deepEqual(await statuses(program.url), [404, 200, 200, 200, 200]);
  assert.doesNotMatch(await getText(`${program.url}/`), /\/metrics/);
  await using withoutExporters = await startProgram([], withInterval({ OTEL_METRICS_EXPORTER: 'none' }));
  await getText(`${withoutExporters.url}/info/load`);
  assert.deepEqual((await statuses(withoutExporters.url)).slice(0, 3), [404, 200, 200]);
});

test('the program pushes increases with delta temporality', async () => {
  await using receiver = await startReceiver();
  const env = withInterval({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
  });
  await using program = await startProgram([PROMETHEUS_NAMING], env);
  await receiver.untilReceived(2);
  const metrics = receiver.received.flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
  );
  const counters = metrics.filter(({ sum }) => sum?.isMonotonic === true);
  assert.ok(counters.some(({ name }) => name === 'node_context_switches_total'));
  // 1 is AGGREGATION_TEMPORALITY_DELTA.
  assert.deepEqual([...new Set(counters.map(({ sum }) => sum?.aggregationTemporality))], [1]);
  assert.deepEqual(warningsOf(program), []);
});

/** Module that prints on standard error the name of each module that Node.js loads. */
const LOG_MODULES = `data:text/javascript,import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) { process.stderr.write('module ' + name + '\\n'); return next(name, context); } });`;

async function modulesOf(...flags: readonly string[]): Promise<string> {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const args = ['--import', LOG_MODULES, main, '--web.listen-address=127.0.0.1:0', ...flags];
  const started = run(process.execPath, args);
  await eventually(
    async () => started.output(),
    (output) => /Serving/.test(output),
  );
  started.child.kill();
  await started.ended;
  return started.output();
}

test('the program loads the OTLP packages only if it pushes', async () => {
  const otlp = /module @opentelemetry\/\S*otlp/;
  assert.doesNotMatch(await modulesOf(), otlp);
  assert.match(await modulesOf('--otlp.endpoint=http://127.0.0.1:1'), otlp);
});

test('protoc decodes a push without unknown fields', { skip: missing('protoc') }, async () => {
  await using receiver = await startReceiver();
  const flags = [`--otlp.endpoint=${receiver.url}`, PROMETHEUS_NAMING];
  await using program = await startProgram(flags, withInterval({}));
  await receiver.untilReceived(1);
  program.child.kill();
  const [first] = receiver.received;
  const [pushed] = first?.resourceMetrics ?? [];
  assert.ok(first && pushed);
  const args = ['-I', dirname(PROTO), '--decode=opentelemetry.proto.ExportMetricsServiceRequest', PROTO];
  const text = execFileSync('protoc', args, { input: first.body, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const metrics = pushed.scopeMetrics.flatMap((scope) => scope.metrics);
  assert.deepEqual(
    [...text.matchAll(/^ {6}name: "(.*)"$/gm)].map(([, name]) => name),
    ['otel-node-exporter', ...metrics.map(({ name }) => name)],
  );
  assert.equal(text.match(/^ +data_points \{$/gm)?.length, seriesValuesOf(pushed).size);
  // In the output of protoc, an unknown field has a number instead of a name.
  assert.doesNotMatch(text, /^ *\d+[: ]/m);
});
