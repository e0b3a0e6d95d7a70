/**
 * Flags and settings of the outputs. The outputs are the text of `/metrics` for scrapes, and the push by OTLP. The standard
 * environment variables of OpenTelemetry also set these flags.
 *
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { choice, duration, type Flag, type FlagValues, integer, text, withVariables } from '../flags/flag.ts';
import type { Convention } from '../metrics/metric.ts';
import { quoteValue } from '../util/redact.ts';
import { EXPECTED_KEY_VALUE_LIST, parseKeyValueList } from './key-value-list.ts';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const OTLP_FLAGS = {
  'metrics.exporter': withVariables(
    validatedText(
      'Outputs: prometheus, otlp, both separated by a comma, or none. If empty: prometheus, plus otlp if an endpoint is set.',
      { placeholder: 'NAME,…', parse: parseExporters },
    ),
    ['OTEL_METRICS_EXPORTER'],
  ),
  'otlp.endpoint': endpointFlag(),
  'otlp.protocol': withVariables(choice('Protocol of the push.', PROTOCOLS, 'http/protobuf'), [
    'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  ]),
  'otlp.naming': choice(
    'Names of pushed metrics: those of the semantic conventions, or the names of /metrics.',
    ['semconv', 'prometheus'],
    'semconv',
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
  'otlp.headers': withVariables(
    validatedText('Request headers for the Collector, as key=value,key=value with percent-encoding. Never printed.', {
      placeholder: 'KEY=VALUE,…',
      parse: parseHeaders,
      secret: true,
    }),
    ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
  ),
  'otlp.compression': withVariables(choice('Compression of pushed data.', ['none', 'gzip'], 'none'), [
    'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION',
    'OTEL_EXPORTER_OTLP_COMPRESSION',
  ]),
  'otlp.certificate': fileFlag('PEM file with the CA certificates of the Collector.', 'CERTIFICATE'),
  'otlp.client-certificate': fileFlag('PEM file with the client certificate for the Collector.', 'CLIENT_CERTIFICATE'),
  'otlp.client-key': fileFlag('PEM file with the private key of the client certificate.', 'CLIENT_KEY'),
} satisfies Record<string, Flag>;

export interface OtlpConfig {
  /** URL of the Collector. With gRPC, the path of the URL is ignored. */
  readonly endpoint: URL;
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

const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const DEFAULT_ENDPOINTS: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'http://localhost:4318/v1/metrics',
  'http/json': 'http://localhost:4318/v1/metrics',
  grpc: 'http://localhost:4317',
};

/**
 * Returns the outputs that the flags and the environment select.
 *
 * @throws {RangeError} if the temporality is not supported, or if only one of client certificate and key is set
 */
export function readOutputs(
  values: FlagValues<typeof OTLP_FLAGS>,
  env: Readonly<Record<string, string | undefined>>,
): Outputs {
  const endpoint = values['otlp.endpoint'];
  const exporters = parseExporters(values['metrics.exporter']) ?? ['prometheus', ...(endpoint === '' ? [] : ['otlp'])];
  const scraped = exporters.includes('prometheus');
  if (!exporters.includes('otlp')) return { scraped, otlp: undefined };
  const temporality = env[TEMPORALITY]?.trim() || 'cumulative';
  if (temporality.toLowerCase() !== 'cumulative') {
    throw new RangeError(
      `Invalid value ${quoteValue(temporality)} for variable ${TEMPORALITY}: only cumulative is supported`,
    );
  }
  const exportTimeout = Math.min(values['otlp.export-timeout'], values['otlp.interval']);
  const protocol = values['otlp.protocol'];
  const [clientCertificate, clientKey] = [values['otlp.client-certificate'], values['otlp.client-key']];
  if ((clientCertificate === '') !== (clientKey === '')) {
    throw new RangeError(
      'Cannot use only one of the flags --otlp.client-certificate and --otlp.client-key: expected both',
    );
  }
  return {
    scraped,
    otlp: {
      endpoint: new URL(endpoint || DEFAULT_ENDPOINTS[protocol]),
      protocol,
      convention: values['otlp.naming'],
      headers: parseHeaders(values['otlp.headers']),
      compressed: values['otlp.compression'] === 'gzip',
      certificate: values['otlp.certificate'] || undefined,
      clientCertificate: clientCertificate || undefined,
      clientKey: clientKey || undefined,
      interval: values['otlp.interval'],
      exportTimeout,
      timeout: Math.min(values['otlp.timeout'], exportTimeout),
      queueSize: values['otlp.queue-size'],
    },
  };
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
    parse([value = '']) {
      if (value === '') return '';
      const url = new URL(parseEndpoint(value));
      if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`;
      return url.href;
    },
  };
  return {
    ...flag,
    variables: [
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', parse: parseEndpoint },
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', parse: (value) => flag.parse([value]) },
    ],
  };
}

function parseEndpoint(value: string): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RangeError('expected a URL such as http://localhost:4318');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RangeError('expected a URL without user and password; use --otlp.headers for credentials');
  }
  return url.href;
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

/** The syntax of a header name, which is a token of HTTP: https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
/** The syntax of a header value: all characters that Node.js accepts. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function parseHeaders(value: string): Readonly<Record<string, string>> {
  const headers = parseKeyValueList(value);
  if (!headers.every(([name, content]) => HEADER_NAME.test(name) && HEADER_VALUE.test(content))) {
    throw new RangeError(EXPECTED_KEY_VALUE_LIST);
  }
  return Object.fromEntries(headers.map(([name, content]) => [name.toLowerCase(), content]));
}
