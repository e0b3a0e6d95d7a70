import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printConfig } from '../../src/cli/print-config.ts';
import { type Config, flagsOf, readConfig } from '../../src/config/config.ts';
import type { OtlpConfig } from '../../src/config/otlp.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

type Environment = Readonly<Record<string, string>>;

function read(env: Environment = {}, ...argv: readonly string[]): Config {
  return readConfig({ argv, env, definitions: [] });
}

/** Where it is pushed to and how, with the address as text. */
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
  naming: 'semconv',
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

test('nothing is pushed when nobody says where to', () => {
  assert.deepEqual(read().outputs, { scraped: true, otlp: undefined });
});

test('an address turns pushing on, beside the page', () => {
  assert.deepEqual(otlp({}, '--otlp.endpoint=http://c:4318'), DEFAULTS);
  assert.deepEqual(otlp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }), DEFAULTS);
  assert.deepEqual(otlp({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c:4318/v1/metrics' }), DEFAULTS);
  assert.equal(read({}, '--otlp.endpoint=http://c:4318').outputs.scraped, true);
});

function endpoint(expected: string, env: Environment, ...argv: readonly string[]): void {
  test(`the address is ${expected} for ${[...argv, ...Object.entries(env).map((pair) => pair.join('='))].join(' and ')}`, () => {
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

function exporters(written: string, expected: { scraped: boolean; pushed: boolean }): void {
  test(`OTEL_METRICS_EXPORTER=${written} decides who gets metrics`, () => {
    const { outputs } = read({ OTEL_METRICS_EXPORTER: written, [GENERAL]: 'http://c' });
    assert.deepEqual({ scraped: outputs.scraped, pushed: outputs.otlp !== undefined }, expected);
  });
}

exporters('', { scraped: true, pushed: true });
exporters('prometheus', { scraped: true, pushed: false });
exporters('otlp', { scraped: false, pushed: true });
exporters('otlp, prometheus', { scraped: true, pushed: true });
exporters('none', { scraped: false, pushed: false });

test('what is for metrics alone wins over what is for all signals', () => {
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

test('the variables for all signals say what no other says', () => {
  const certificates = {
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/own.pem',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/own.key',
  };
  assert.equal(setting('clientCertificate', certificates), '/own.pem');
  assert.equal(setting('clientKey', certificates), '/own.key');
  assert.equal(setting('protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }), 'http/json');
  assert.deepEqual(setting('headers', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20eA==' }), {
    authorization: 'Basic eA==',
  });
});

test('intervals and timeouts are milliseconds in variables, and a push ends before the next', () => {
  assert.equal(setting('interval', { OTEL_METRIC_EXPORT_INTERVAL: '1500' }), 1.5);
  assert.equal(setting('exportTimeout', { OTEL_METRIC_EXPORT_TIMEOUT: '2500' }), 2.5);
  assert.equal(setting('exportTimeout', { OTEL_METRIC_EXPORT_INTERVAL: '1000' }), 1);
  assert.equal(setting('timeout', { OTEL_METRIC_EXPORT_INTERVAL: '1000' }), 1);
  assert.equal(setting('interval', { OTEL_METRIC_EXPORT_INTERVAL: '1500' }, '--otlp.interval=2m'), 120);
  assert.equal(setting('queueSize', {}, '--otlp.queue-size=7'), 7);
  assert.equal(setting('naming', {}, '--otlp.naming=prometheus'), 'prometheus');
});

function refuses(what: string, env: Environment, argv: readonly string[], message: string): void {
  test(`the configuration refuses ${what}`, () => {
    assert.throws(() => read({ [GENERAL]: 'http://c', ...env }, ...argv), new UsageError(message));
  });
}

const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const onlyCumulative = (written: string): string =>
  `Bad value "${written}" for variable ${TEMPORALITY}: only cumulative can be pushed, as the kernel counts`;
refuses('delta', { [TEMPORALITY]: 'delta' }, [], onlyCumulative('delta'));
refuses('lowmemory', { [TEMPORALITY]: 'LowMemory' }, [], onlyCumulative('LowMemory'));
refuses(
  'an address without a scheme',
  {},
  ['--otlp.endpoint=collector:4318'],
  'Bad value "collector:4318" for flag --otlp.endpoint: expected a URL such as http://localhost:4318',
);
refuses(
  'a password in the address, and does not show it',
  { [METRICS]: 'http://me:s3cret@c' },
  [],
  `Bad value "http://c" for variable ${METRICS}: expected no user and no password in it, they belong into --otlp.headers`,
);
refuses(
  'headers that are none, and does not show them',
  { OTEL_EXPORTER_OTLP_HEADERS: 's3cret' },
  [],
  'Bad value for variable OTEL_EXPORTER_OTLP_HEADERS: expected key=value,key=value, percent-encoded',
);
refuses(
  'a header that would end the line',
  {},
  ['--otlp.headers=a=b%0d%0ac'],
  'Bad value for flag --otlp.headers: expected key=value,key=value, percent-encoded',
);
refuses(
  'an interval in words',
  { OTEL_METRIC_EXPORT_INTERVAL: '1m' },
  [],
  'Bad value "1m" for variable OTEL_METRIC_EXPORT_INTERVAL: expected milliseconds',
);
refuses(
  'an exporter that there is not',
  { OTEL_METRICS_EXPORTER: 'otlp,console' },
  [],
  'Bad value "otlp,console" for variable OTEL_METRICS_EXPORTER: expected prometheus, otlp, both with a comma, or none',
);
refuses(
  'a protocol that there is not',
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'http' },
  [],
  'Bad value "http" for variable OTEL_EXPORTER_OTLP_PROTOCOL: expected one of http/protobuf, http/json, grpc',
);
refuses(
  'a certificate without its key',
  { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/own.pem' },
  [],
  'Flags --otlp.client-certificate and --otlp.client-key need each other',
);

test('cumulative may be asked for, and who does not push may ask for anything', () => {
  assert.ok(read({ [GENERAL]: 'http://c', [TEMPORALITY]: 'Cumulative' }).outputs.otlp);
  assert.equal(read({ [TEMPORALITY]: 'delta' }).outputs.otlp, undefined);
});

test('the configuration that is printed has no headers in it', () => {
  const { all } = read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret', [GENERAL]: 'http://c:4318' });
  const printed = printConfig(all, flagsOf([]));
  assert.match(printed, /^otlp\.headers: <redacted>$/m);
  assert.match(printed, /^otlp\.endpoint: http:\/\/c:4318\/v1\/metrics$/m);
  assert.match(printed, /^otlp\.interval: 60s$/m);
});
