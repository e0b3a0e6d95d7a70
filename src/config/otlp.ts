/**
 * Flags and settings of the outputs. The outputs are the text of `/metrics` for scrapes, and the push by OTLP. The standard
 * environment variables of OpenTelemetry also set these flags.
 *
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import {
  choice,
  duration,
  type Flag,
  type FlagValues,
  integer,
  text,
  toggle,
  withEnumVariables,
  withVariables,
} from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { Convention } from '../metrics/metric.ts';
import { messageOf } from '../util/errors.ts';
import type { Invocation } from './invocation.ts';
import { EXPECTED_KEY_VALUE_LIST, parseKeyValueList, parsePair } from './key-value-list.ts';
import { resolveEndpoint, validateEndpoint, withMetricsPath } from './otlp-endpoint.ts';
import { readProxy } from './proxy.ts';
import type { RawFlags } from './raw-flags.ts';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

const TEMPORALITIES = ['cumulative', 'delta', 'lowmemory'] as const;
export type Temporality = (typeof TEMPORALITIES)[number];

const EXPORTERS_HELP =
  'Outputs: prometheus, otlp, both separated by a comma, or none. If empty: prometheus, plus otlp if an endpoint is set.';
const HEADERS_HELP = 'Request headers for the Collector, as key=value,key=value with percent-encoding. Never printed.';

export const OTLP_FLAGS = {
  'metrics.exporter': {
    ...validatedText(EXPORTERS_HELP, { placeholder: 'NAME,…', parse: parseExporters }),
    variables: [{ name: 'OTEL_METRICS_EXPORTER', parse: parseExportersVariable }],
  },
  'otlp.endpoint': endpointFlag(),
  'otlp.insecure': {
    ...toggle('Do not use TLS for a gRPC endpoint without a scheme, such as collector:4317.'),
    variables: insecureVariables(),
  },
  'otlp.protocol': withEnumVariables(choice('Protocol of the push.', PROTOCOLS, 'http/protobuf'), [
    'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  ]),
  'otlp.naming': choice(
    'Names of pushed metrics: those of the semantic conventions, or the names of /metrics.',
    ['semconv', 'prometheus'],
    'semconv',
  ),
  'otlp.temporality': withEnumVariables(
    choice('Temporality of counters and histograms in pushes.', TEMPORALITIES, 'cumulative'),
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
  ),
  'otlp.interval': withMillisecondVariables(duration('Interval between pushes.', 60, { min: 0.01, max: 86_400 }), [
    'OTEL_METRIC_EXPORT_INTERVAL',
  ]),
  'otlp.export-timeout': withMillisecondVariables(
    duration(
      'Maximum duration of collecting a push, and of each attempt to send the push. Limited to --otlp.interval.',
      30,
      {
        min: 0.01,
        max: 3600,
      },
    ),
    ['OTEL_METRIC_EXPORT_TIMEOUT'],
  ),
  'otlp.timeout': withMillisecondVariables(
    duration('Maximum time to wait for a response of the Collector.', 10, { min: 0.01, max: 3600 }),
    ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
  ),
  'otlp.queue-size': integer(
    'Maximum number of pushes that wait for the Collector. If the queue is full, the oldest push is dropped.',
    120,
    {
      min: 1,
      max: 100_000,
    },
  ),
  'otlp.headers': {
    ...validatedText(HEADERS_HELP, { placeholder: 'KEY=VALUE,…', parse: parseHeaders, secret: true }),
    variables: ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'].map((name) => ({
      name,
      parse: parseHeadersVariable,
    })),
  },
  'otlp.compression': withEnumVariables(choice('Compression of pushed data.', ['none', 'gzip'], 'none'), [
    'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION',
    'OTEL_EXPORTER_OTLP_COMPRESSION',
  ]),
  'otlp.certificate': fileFlag('PEM file with the CA certificates of the Collector.', 'CERTIFICATE'),
  'otlp.client-certificate': fileFlag('PEM file with the client certificate for the Collector.', 'CLIENT_CERTIFICATE'),
  'otlp.client-key': fileFlag('PEM file with the private key of the client certificate.', 'CLIENT_KEY'),
} satisfies Record<string, Flag>;

export interface OtlpConfig {
  /** URL of the Collector. With gRPC, the path is ignored, and the scheme `unix` denotes the path of a Unix socket. */
  readonly endpoint: URL;
  /** URL of the HTTP proxy, with credentials; `undefined` to connect to the endpoint directly. */
  readonly proxy: URL | undefined;
  readonly temporality: Temporality;
  readonly protocol: Protocol;
  readonly convention: Convention;
  readonly headers: Readonly<Record<string, string>>;
  readonly compressed: boolean;
  /** Path of a PEM file with CA certificates. If it is `undefined`, the exporter uses the CA certificates of Node.js. */
  readonly certificate: string | undefined;
  /** Path of a PEM file with the client certificate. It is set if and only if `clientKey` is set. */
  readonly clientCertificate: string | undefined;
  /** Path of a PEM file with the private key of the client certificate. */
  readonly clientKey: string | undefined;
  /** Interval between pushes in seconds. */
  readonly interval: number;
  /** Maximum duration of a pass for a push, in seconds. It also limits each attempt to send the push. */
  readonly exportTimeout: number;
  /** Maximum time to wait for a response of the Collector, in seconds. */
  readonly timeout: number;
  /** Maximum number of passes in the retry queue. */
  readonly queueSize: number;
}

export interface Outputs {
  /** True if the exporter serves `/metrics` for scrapes. */
  readonly scraped: boolean;
  /** Settings of the push; `undefined` if the exporter does not push. */
  readonly otlp: OtlpConfig | undefined;
}

const DEFAULT_ENDPOINTS: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'http://localhost:4318/v1/metrics',
  'http/json': 'http://localhost:4318/v1/metrics',
  grpc: 'http://localhost:4317',
};

type OtlpValues = FlagValues<typeof OTLP_FLAGS>;

interface OutputsOptions {
  readonly raw: Pick<RawFlags, 'sourceOf' | 'mistakes'>;
  readonly env: Invocation['env'];
  /** Called for each variable of the environment that is ignored. */
  readonly warn: (message: string) => void;
}

/**
 * Returns the outputs that flags and environment select. An endpoint that the protocol does not have, and a client
 * certificate without its key, are mistakes. If the value comes from a variable of OpenTelemetry, it causes a warning instead.
 */
export function readOutputs(values: OtlpValues, options: OutputsOptions): Outputs {
  const endpoint = readEndpoint(values, options);
  const exporters = parseExporters(values['metrics.exporter']) ?? ['prometheus', ...(endpoint ? ['otlp'] : [])];
  const scraped = exporters.includes('prometheus');
  if (!exporters.includes('otlp') || isDisabled(options)) return { scraped, otlp: undefined };
  const protocol = values['otlp.protocol'];
  return { scraped, otlp: readOtlp(values, endpoint ?? new URL(DEFAULT_ENDPOINTS[protocol]), options) };
}

function readOtlp(values: OtlpValues, endpoint: URL, options: OutputsOptions): OtlpConfig {
  const protocol = values['otlp.protocol'];
  const exportTimeout = Math.min(values['otlp.export-timeout'], values['otlp.interval']);
  return {
    endpoint,
    proxy: readProxy(endpoint, { use: protocol === 'grpc' ? 'grpc' : 'http', ...options }),
    protocol,
    convention: values['otlp.naming'],
    temporality: values['otlp.temporality'],
    headers: parseHeaders(values['otlp.headers']),
    compressed: values['otlp.compression'] === 'gzip',
    certificate: values['otlp.certificate'] || undefined,
    ...readClientCertificate(values, options),
    interval: values['otlp.interval'],
    exportTimeout,
    timeout: Math.min(values['otlp.timeout'], exportTimeout),
    queueSize: values['otlp.queue-size'],
  };
}

/** Returns the URL of the endpoint; `undefined` if no endpoint is set. */
function readEndpoint(values: OtlpValues, { raw, warn }: OutputsOptions): URL | undefined {
  const endpoint = values['otlp.endpoint'];
  if (endpoint === '') return undefined;
  try {
    return resolveEndpoint(endpoint, {
      isGrpc: values['otlp.protocol'] === 'grpc',
      isInsecure: values['otlp.insecure'],
    });
  } catch (error) {
    const { source, isOtelVariable } = raw.sourceOf('otlp.endpoint') ?? { source: 'flag --otlp.endpoint' };
    const reason = messageOf(error);
    if (!isOtelVariable) {
      raw.mistakes.add(new UsageError(`Invalid value ${JSON.stringify(endpoint)} for ${source}: ${reason}`));
      return new URL(DEFAULT_ENDPOINTS[values['otlp.protocol']]);
    }
    warn(`Ignoring ${source}: invalid value ${JSON.stringify(endpoint)}, ${reason}`);
    return undefined;
  }
}

const DISABLED = 'OTEL_SDK_DISABLED';

/**
 * Returns whether the variable `OTEL_SDK_DISABLED` turns pushes off. Scrapes do not depend on the variable.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
function isDisabled({ env, warn }: OutputsOptions): boolean {
  const value = env[DISABLED]?.trim() ?? '';
  try {
    if (value === '' || !parseBoolean(value)) return false;
  } catch (error) {
    warn(`Ignoring variable ${DISABLED}: invalid value ${JSON.stringify(value)}, ${messageOf(error)}`);
    return false;
  }
  warn(`Not pushing, because variable ${DISABLED} is true`);
  return true;
}

const ONE_CLIENT_FILE =
  'Cannot use only one of the flags --otlp.client-certificate and --otlp.client-key: expected both';

function readClientCertificate(
  values: OtlpValues,
  { raw, warn }: OutputsOptions,
): Pick<OtlpConfig, 'clientCertificate' | 'clientKey'> {
  const [clientCertificate, clientKey] = [values['otlp.client-certificate'], values['otlp.client-key']];
  if ((clientCertificate === '') === (clientKey === '')) {
    return { clientCertificate: clientCertificate || undefined, clientKey: clientKey || undefined };
  }
  const flag = clientCertificate === '' ? 'otlp.client-key' : 'otlp.client-certificate';
  const { source, isOtelVariable } = raw.sourceOf(flag) ?? { source: `flag --${flag}` };
  if (isOtelVariable) warn(`Ignoring ${source}: expected both a client certificate and its key`);
  else raw.mistakes.add(new UsageError(ONE_CLIENT_FILE));
  return { clientCertificate: undefined, clientKey: undefined };
}

interface ValidatedTextOptions {
  readonly placeholder: string;
  /** @throws {RangeError} if the text is invalid */
  readonly parse: (text: string) => unknown;
  readonly secret?: boolean;
}

/**
 * Returns a flag that validates its text. The value of the flag is the text itself, so that `--config.print` can print it.
 */
function validatedText(help: string, { placeholder, parse, secret = false }: ValidatedTextOptions): Flag<string> {
  return {
    ...text(help, placeholder),
    secret,
    parse([value = '']) {
      parse(value);
      return value;
    },
  };
}

/**
 * Returns the flag for the endpoint. The flag and `OTEL_EXPORTER_OTLP_ENDPOINT` contain a base URL.
 * `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` contains the complete URL.
 */
function endpointFlag(): Flag<string> {
  const help = 'URL of the Collector to push to, such as http://localhost:4318. The path /v1/metrics is added.';
  const flag: Flag<string> = {
    ...text(help, 'URL'),
    parse: ([value = '']) => (value === '' ? '' : withMetricsPath(validateEndpoint(value))),
  };
  return {
    ...flag,
    variables: [
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', parse: validateEndpoint },
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', parse: (value) => flag.parse([value]) },
    ],
  };
}

/** Returns the variables for connections without TLS. https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function insecureVariables(): NonNullable<Flag<boolean>['variables']> {
  return ['OTEL_EXPORTER_OTLP_METRICS_INSECURE', 'OTEL_EXPORTER_OTLP_INSECURE'].map((name) => ({
    name,
    parse: parseBoolean,
  }));
}

function parseBoolean(value: string): boolean {
  if (!/^(?:true|false)$/i.test(value)) throw new RangeError('expected true or false');
  return value.toLowerCase() === 'true';
}

/**
 * Returns a copy of the flag that environment variables can also set. The variables contain the duration as a number of
 * milliseconds.
 */
function withMillisecondVariables(flag: Flag<number>, variables: readonly string[]): Flag<number> {
  const parse = (value: string): number => {
    if (!/^\d+$/.test(value)) throw new RangeError('expected milliseconds');
    return flag.parse([`${value}ms`]);
  };
  return { ...flag, variables: variables.map((name) => ({ name, parse })) };
}

function fileFlag(help: string, variable: string): Flag<string> {
  return withVariables(text(help, 'FILE'), [
    `OTEL_EXPORTER_OTLP_METRICS_${variable}`,
    `OTEL_EXPORTER_OTLP_${variable}`,
  ]);
}

/** Returns the names in a list such as `prometheus,otlp`; `undefined` for an empty list. */
function parseExporters(value: string): readonly string[] | undefined {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return undefined;
  if (names.some((name) => name !== 'prometheus' && name !== 'otlp') && names.join() !== 'none') {
    throw new RangeError('expected prometheus, otlp, both separated by a comma, or none');
  }
  return names;
}

/**
 * Returns the names in the variable `OTEL_METRICS_EXPORTER` that the exporter supports.
 *
 * @throws {RangeError} if it supports none of them
 */
function parseExportersVariable(value: string, warn: (reason: string) => void): string {
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  const isSupported = (name: string): boolean => name === 'prometheus' || name === 'otlp';
  const supported = names.filter(isSupported);
  if (supported.length === 0) return parseExporters(names.join()) === undefined ? '' : 'none';
  for (const name of names) {
    if (name !== '' && !isSupported(name)) warn(`unsupported exporter ${JSON.stringify(name)}`);
  }
  return supported.join();
}

/** The syntax of a header name, which is a token of HTTP: https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
/** The syntax of a header value: all characters that Node.js accepts. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function parseHeaders(value: string): Readonly<Record<string, string>> {
  const headers = parseKeyValueList(value);
  if (!headers.every(isHeader)) throw new RangeError(EXPECTED_KEY_VALUE_LIST);
  return Object.fromEntries(headers.map(([name, content]) => [name.toLowerCase(), content]));
}

function isHeader([name, content]: readonly [string, string]): boolean {
  return HEADER_NAME.test(name) && HEADER_VALUE.test(content);
}

/** Returns a list of headers without its invalid headers. */
function parseHeadersVariable(value: string, warn: (reason: string) => void): string {
  return value
    .split(',')
    .filter((pair) => {
      if (pair.trim() === '' || isValidHeader(pair)) return true;
      warn(EXPECTED_KEY_VALUE_LIST);
      return false;
    })
    .join();
}

function isValidHeader(pair: string): boolean {
  try {
    return isHeader(parsePair(pair));
  } catch {
    return false;
  }
}
