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
  proxy: undefined,
  protocol: 'http/protobuf',
  temporality: 'cumulative',
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

test('readConfig() returns a push for an endpoint, in addition to scrapes', () => {
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

rejects(
  'an endpoint without a scheme',
  {},
  ['--otlp.endpoint=collector:4318'],
  'Invalid value "collector:4318" for flag --otlp.endpoint: expected a URL such as http://localhost:4318',
);
rejects(
  'a password in the endpoint, and does not show it',
  {},
  ['--otlp.endpoint=http://me:s3cret@c'],
  'Invalid value "http://c" for flag --otlp.endpoint: expected a URL without user and password; use --otlp.headers for credentials',
);
rejects(
  'a password in an endpoint without a scheme, and does not show it',
  {},
  ['--otlp.protocol=grpc', '--otlp.endpoint=me:s3cret@c:4317'],
  'Invalid value "c:4317" for flag --otlp.endpoint: expected a URL such as http://localhost:4318, or for gRPC a host and a port such as localhost:4317',
);
rejects(
  'invalid headers, and does not show them',
  {},
  ['--otlp.headers=s3cret'],
  'Invalid value for flag --otlp.headers: expected key=value,key=value with percent-encoding',
);
rejects(
  'a header with a line break',
  {},
  ['--otlp.headers=a=b%0d%0ac'],
  'Invalid value for flag --otlp.headers: expected key=value,key=value with percent-encoding',
);
rejects(
  'a certificate without its key',
  {},
  ['--otlp.client-certificate=/client.pem'],
  'Cannot use only one of the flags --otlp.client-certificate and --otlp.client-key: expected both',
);

function ignores(
  variable: string,
  value: string,
  { warning, push = {} }: { warning: string; push?: Partial<OtlpConfig> },
): void {
  test(`readConfig() ignores ${variable}=${value} with a warning`, () => {
    const { warnings, outputs } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', [variable]: value });
    assert.deepEqual(warnings, [warning]);
    const { endpoint, ...config } = outputs.otlp ?? {};
    assert.deepEqual({ endpoint: endpoint?.href, ...config }, { ...DEFAULTS, ...push });
  });
}

for (const [variable, value, warning] of [
  ['OTEL_METRIC_EXPORT_INTERVAL', '1m', 'invalid value "1m", expected milliseconds'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '0', 'invalid value "0", expected a duration such as 5s, from 10ms to 86400s'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '-1', 'invalid value "-1", expected milliseconds'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'NaN', 'invalid value "NaN", expected milliseconds'],
  ['OTEL_METRICS_EXPORTER', 'console', 'invalid value "console", expected prometheus, otlp, "prometheus,otlp" or none'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http', 'invalid value "http", expected one of http/protobuf, http/json, grpc'],
  ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'zstd', 'invalid value "zstd", expected one of none, gzip'],
  ['OTEL_EXPORTER_OTLP_INSECURE', 'yes', 'invalid value "yes", expected true or false'],
  [
    'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    'http://me:s3cret@d',
    'invalid value "http://d", expected a URL without user and password; use --otlp.headers for credentials',
  ],
  ['OTEL_EXPORTER_OTLP_CLIENT_KEY', '/client.key', 'expected both a client certificate and its key'],
  ['OTEL_SDK_DISABLED', '1', 'invalid value "1", expected true or false'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=b,c', 'expected key=value,key=value with percent-encoding'],
  [
    'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    'sometimes',
    'invalid value "sometimes", expected one of cumulative, delta, lowmemory',
  ],
] as const) {
  ignores(variable, value, { warning: `Ignoring variable ${variable}: ${warning}` });
}
ignores('OTEL_EXPORTER_OTLP_HEADERS', 's3cret,a=%zz,b=c', {
  warning: 'Ignoring a part of variable OTEL_EXPORTER_OTLP_HEADERS: expected key=value,key=value with percent-encoding',
  push: { headers: { b: 'c' } },
});
ignores('OTEL_METRICS_EXPORTER', 'OTLP, console', {
  warning: 'Ignoring a part of variable OTEL_METRICS_EXPORTER: unsupported exporter "console"',
});

test('readConfig() uses the general variable if the variable for metrics is invalid', () => {
  const env = { OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: 'soon', OTEL_EXPORTER_OTLP_TIMEOUT: '5000' };
  assert.equal(setting('timeout', env), 5);
});

test('readConfig() ignores invalid variables without a warning if a flag sets the value', () => {
  const { warnings } = read({ OTEL_METRIC_EXPORT_INTERVAL: '1m' }, '--otlp.interval=1m');
  assert.deepEqual(warnings, []);
});

test('readConfig() reads enumerations and booleans of variables in any case', () => {
  assert.equal(setting('protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'GRPC' }), 'grpc');
  assert.equal(setting('compressed', { OTEL_EXPORTER_OTLP_COMPRESSION: 'Gzip' }), true);
  const temporality = (value: string) =>
    setting('temporality', { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: value });
  assert.deepEqual(['Delta', 'LOWMEMORY', 'Cumulative'].map(temporality), ['delta', 'lowmemory', 'cumulative']);
});

for (const value of ['true', 'TRUE', ' True ']) {
  test(`readConfig() returns no push for OTEL_SDK_DISABLED=${JSON.stringify(value)}, but scrapes`, () => {
    const { outputs, warnings } = read({ OTEL_SDK_DISABLED: value, [GENERAL]: 'http://c' });
    assert.deepEqual(outputs, { scraped: true, otlp: undefined });
    assert.deepEqual(warnings, ['Not pushing, because variable OTEL_SDK_DISABLED is true']);
  });
}

test('readConfig() accepts OTEL_SDK_DISABLED without a warning if it is false or nothing is pushed', () => {
  assert.deepEqual(read({ OTEL_SDK_DISABLED: 'False', [GENERAL]: 'http://c' }).warnings, []);
  assert.deepEqual(read({ OTEL_SDK_DISABLED: 'true' }).warnings, []);
});

function grpcEndpoint(expected: string, value: string, env: Environment = {}): void {
  test(`readConfig() returns the gRPC endpoint ${expected} for ${value}${Object.keys(env).length > 0 ? ' without TLS' : ''}`, () => {
    const { outputs, warnings } = read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', [GENERAL]: value, ...env });
    assert.deepEqual([outputs.otlp?.endpoint.href, warnings], [expected, []]);
  });
}

const INSECURE = { OTEL_EXPORTER_OTLP_INSECURE: 'True' };
grpcEndpoint('https://collector:4317/', 'collector:4317');
grpcEndpoint('http://collector:4317/', 'collector:4317', INSECURE);
grpcEndpoint('https://localhost:4317/', 'localhost');
grpcEndpoint('https://[::1]:4317/', '[::1]:4317');
grpcEndpoint('https://10.0.0.1:4317/', '10.0.0.1:4317');
grpcEndpoint('https://collector/', 'collector:443');
grpcEndpoint('https://collector:4317/', 'dns:///collector:4317');
grpcEndpoint('https://collector:4317/', 'dns://10.0.0.53/collector:4317');
grpcEndpoint('http://collector:4317/', 'dns:collector:4317', INSECURE);
grpcEndpoint('https://[fe80::1]:4317/', 'ipv6:[fe80::1]:4317');
grpcEndpoint('unix:/run/otel/a%20b.sock', 'unix:/run/otel/a b.sock');
grpcEndpoint('unix:/run/otel.sock', 'unix:///run/otel.sock');
grpcEndpoint('http://collector:4317/v1/metrics', 'http://collector:4317', INSECURE);
grpcEndpoint('https://collector:4317/v1/metrics', 'https://collector:4317', INSECURE);

test('readConfig() ignores a variable with an endpoint for gRPC if the protocol is HTTP', () => {
  const { outputs, warnings } = read({ [GENERAL]: 'collector:4317' });
  assert.equal(outputs.otlp, undefined);
  assert.deepEqual(warnings, [
    `Ignoring variable ${GENERAL}: invalid value "collector:4317", expected a URL such as http://localhost:4318`,
  ]);
});

test('printConfig() redacts the headers', () => {
  const { flagValues } = read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret', [GENERAL]: 'http://c:4318' });
  const printed = printConfig(flagValues, flagsOf([]));
  assert.match(printed, /^otlp\.headers: <redacted>$/m);
  assert.match(printed, /^otlp\.endpoint: http:\/\/c:4318\/v1\/metrics$/m);
  assert.match(printed, /^otlp\.interval: 60s$/m);
});
