/**
 * Flags of the outputs: the exposition for scrapes, and the push by OTLP. The standard environment variables of
 * OpenTelemetry also set these flags.
 *
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { choice, duration, type Flag, integer, text, toggle, withEnumVariables, withVariables } from '../flags/flag.ts';
import { EXPECTED_KEY_VALUE_LIST, parseKeyValueList, parsePair } from './key-value-list.ts';
import { validateEndpoint, withMetricsPath } from './otlp-endpoint.ts';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

const TEMPORALITIES = ['cumulative', 'delta', 'lowmemory'] as const;
export type Temporality = (typeof TEMPORALITIES)[number];

const EXPORTERS_HELP =
  'Outputs, separated by commas: prometheus, otlp; or the word none. If empty: prometheus, and also otlp if an endpoint is set.';
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
      'Maximum time to collect the metrics of a push, and also for each attempt to send them; at most --otlp.interval.',
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

export function parseBoolean(value: string): boolean {
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
export function parseExporters(value: string): readonly string[] | undefined {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return undefined;
  if (names.some((name) => name !== 'prometheus' && name !== 'otlp') && names.join() !== 'none') {
    throw new RangeError('expected prometheus, otlp, "prometheus,otlp" or none');
  }
  return names;
}

/**
 * Returns the names in the variable `OTEL_METRICS_EXPORTER` that the exporter supports.
 *
 * @throws {RangeError} if the exporter supports none of the names
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

export function parseHeaders(value: string): Readonly<Record<string, string>> {
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
