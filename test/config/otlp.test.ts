import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printConfig } from '../../src/cli/print-config.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import type { OtlpConfig } from '../../src/config/otlp.ts';
import { flagsOf } from '../../src/config/program-flags.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

type Environment = Readonly<Record<string, string>>;

function read(env: Environment = {}, ...argv: readonly string[]): Config {
  return readConfig({ argv, env, definitions: [] });
}

/** Returns the configuration of the pushes, with the endpoint as text. */
function otlp(env: Environment, ...argv: readonly string[]): unknown {
  const config = read(env, ...argv).outputs.otlp;
  return config && { ...config, endpoint: config.endpoint.href };
}

function setting<K extends keyof OtlpConfig>(name: K, env: Environment, ...argv: readonly string[]): unknown {
  return read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...env }, ...argv).outputs.otlp?.[name];
}

const DEFAULTS = {
  endpoint: 'http://c:4318/v1/metrics',
  protocol: 'http/protobuf',
  convention: 'semconv',
  headers: {},
  compressed: false,
  certificate: undefined,
  clientCertificate: undefined,
  clientKey: undefined,
  interval: 60,
  exportTimeout: 30,
  timeout: 10,
  queueSize: 120,
};

test('readConfig() returns no push without an endpoint', () => {
  assert.deepEqual(read().outputs, { scraped: true, otlp: undefined });
});

test('readConfig() returns a push for an endpoint, besides the page', () => {
  assert.deepEqual(otlp({}, '--otlp.endpoint=http://c:4318'), DEFAULTS);
  assert.deepEqual(otlp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }), DEFAULTS);
  assert.deepEqual(otlp({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c:4318/v1/metrics' }), DEFAULTS);
  assert.equal(read({}, '--otlp.endpoint=http://c:4318').outputs.scraped, true);
});

function endpoint(expected: string, env: Environment, ...argv: readonly string[]): void {
  test(`readConfig() returns the endpoint ${expected} for ${[...argv, ...Object.entries(env).map((pair) => pair.join('='))].join(' and ')}`, () => {
    assert.equal(read(env, ...argv).outputs.otlp?.endpoint.href, expected);
  });
}

const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const METRICS = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
endpoint('http://c:4318/otlp/v1/metrics', {}, '--otlp.endpoint=http://c:4318/otlp/');
endpoint('http://c/v1/metrics', {}, '--otlp.endpoint=http://c/v1/metrics');
endpoint('https://c/v1/metrics', { [GENERAL]: 'https://c' });
endpoint('http://c/as/it/is', { [METRICS]: 'http://c/as/it/is', [GENERAL]: 'http://other' });
endpoint('http://flag/v1/metrics', { [METRICS]: 'http://variable' }, '--otlp.endpoint=http://flag');
endpoint('http://ours/v1/metrics', { EXPORTER_OTLP_ENDPOINT: 'http://ours', [METRICS]: 'http://theirs' });
endpoint('http://localhost:4318/v1/metrics', { OTEL_METRICS_EXPORTER: 'otlp', [GENERAL]: ' ' });
endpoint('http://localhost:4317/', { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });

function exporters(value: string, expected: { scraped: boolean; pushed: boolean }): void {
  test(`readConfig() selects the outputs of OTEL_METRICS_EXPORTER=${value}`, () => {
    const { outputs } = read({ OTEL_METRICS_EXPORTER: value, [GENERAL]: 'http://c' });
    assert.deepEqual({ scraped: outputs.scraped, pushed: outputs.otlp !== undefined }, expected);
  });
}

exporters('', { scraped: true, pushed: true });
exporters('prometheus', { scraped: true, pushed: false });
exporters('otlp', { scraped: false, pushed: true });
exporters('otlp, prometheus', { scraped: true, pushed: true });
exporters('none', { scraped: false, pushed: false });

test('readConfig() prefers the variables for metrics to those for all signals', () => {
  const both = (name: string, general: string, metrics: string): Environment => ({
    [`OTEL_EXPORTER_OTLP_${name}`]: general,
    [`OTEL_EXPORTER_OTLP_METRICS_${name}`]: metrics,
  });
  assert.equal(setting('protocol', both('PROTOCOL', 'grpc', 'http/json')), 'http/json');
  assert.equal(setting('compressed', both('COMPRESSION', 'none', 'gzip')), true);
  assert.equal(setting('timeout', both('TIMEOUT', '5000', '2500')), 2.5);
  assert.equal(setting('certificate', both('CERTIFICATE', '/a.pem', '/b.pem')), '/b.pem');
  assert.deepEqual(setting('headers', both('HEADERS', 'a=1', 'B=x%20y, c=%C3%A9=')), { b: 'x y', c: 'é=' });
});

test('readConfig() reads the variables for all signals', () => {
  const certificates = {
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/client.pem',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/client.key',
  };
  assert.equal(setting('clientCertificate', certificates), '/client.pem');
  assert.equal(setting('clientKey', certificates), '/client.key');
  assert.equal(setting('protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }), 'http/json');
  assert.deepEqual(setting('headers', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20eA==' }), {
    authorization: 'Basic eA==',
  });
});

test('readConfig() reads durations of variables in milliseconds and limits timeouts to the interval', () => {
  assert.equal(setting('interval', { OTEL_METRIC_EXPORT_INTERVAL: '1500' }), 1.5);
  assert.equal(setting('exportTimeout', { OTEL_METRIC_EXPORT_TIMEOUT: '2500' }), 2.5);
  assert.equal(setting('exportTimeout', { OTEL_METRIC_EXPORT_INTERVAL: '1000' }), 1);
  assert.equal(setting('timeout', { OTEL_METRIC_EXPORT_INTERVAL: '1000' }), 1);
  assert.equal(setting('interval', { OTEL_METRIC_EXPORT_INTERVAL: '1500' }, '--otlp.interval=2m'), 120);
  assert.equal(setting('queueSize', {}, '--otlp.queue-size=7'), 7);
  assert.equal(setting('convention', {}, '--otlp.naming=prometheus'), 'prometheus');
});

function rejects(what: string, env: Environment, argv: readonly string[], message: string): void {
  test(`readConfig() rejects ${what}`, () => {
    assert.throws(() => read({ [GENERAL]: 'http://c', ...env }, ...argv), new UsageError(message));
  });
}

const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const onlyCumulative = (value: string): string =>
  `Invalid value "${value}" for variable ${TEMPORALITY}: only cumulative is supported`;
rejects('delta temporality', { [TEMPORALITY]: 'delta' }, [], onlyCumulative('delta'));
rejects('low-memory temporality', { [TEMPORALITY]: 'LowMemory' }, [], onlyCumulative('LowMemory'));
rejects(
  'an endpoint without a scheme',
  {},
  ['--otlp.endpoint=collector:4318'],
  'Invalid value "collector:4318" for flag --otlp.endpoint: expected a URL such as http://localhost:4318',
);
rejects(
  'a password in the endpoint, and does not show it',
  { [METRICS]: 'http://me:s3cret@c' },
  [],
  `Invalid value "http://c" for variable ${METRICS}: expected a URL without user and password; use --otlp.headers for credentials`,
);
rejects(
  'invalid headers, and does not show them',
  { OTEL_EXPORTER_OTLP_HEADERS: 's3cret' },
  [],
  'Invalid value for variable OTEL_EXPORTER_OTLP_HEADERS: expected key=value,key=value with percent-encoding',
);
rejects(
  'a header with a line break',
  {},
  ['--otlp.headers=a=b%0d%0ac'],
  'Invalid value for flag --otlp.headers: expected key=value,key=value with percent-encoding',
);
rejects(
  'an interval with a unit in a variable',
  { OTEL_METRIC_EXPORT_INTERVAL: '1m' },
  [],
  'Invalid value "1m" for variable OTEL_METRIC_EXPORT_INTERVAL: expected milliseconds',
);
rejects(
  'an unknown exporter',
  { OTEL_METRICS_EXPORTER: 'otlp,console' },
  [],
  'Invalid value "otlp,console" for variable OTEL_METRICS_EXPORTER: expected prometheus, otlp, both separated by a comma, or none',
);
rejects(
  'an unknown protocol',
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'http' },
  [],
  'Invalid value "http" for variable OTEL_EXPORTER_OTLP_PROTOCOL: expected one of http/protobuf, http/json, grpc',
);
rejects(
  'a certificate without its key',
  { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/client.pem' },
  [],
  'Cannot use only one of the flags --otlp.client-certificate and --otlp.client-key: expected both',
);

test('readConfig() accepts cumulative temporality, and any temporality without a push', () => {
  assert.ok(read({ [GENERAL]: 'http://c', [TEMPORALITY]: 'Cumulative' }).outputs.otlp);
  assert.equal(read({ [TEMPORALITY]: 'delta' }).outputs.otlp, undefined);
});

test('printConfig() redacts the headers', () => {
  const { flagValues } = read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret', [GENERAL]: 'http://c:4318' });
  const printed = printConfig(flagValues, flagsOf([]));
  assert.match(printed, /^otlp\.headers: <redacted>$/m);
  assert.match(printed, /^otlp\.endpoint: http:\/\/c:4318\/v1\/metrics$/m);
  assert.match(printed, /^otlp\.interval: 60s$/m);
});
