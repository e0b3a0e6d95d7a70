/**
 * Where metrics go: the flags of pushing, with OpenTelemetry's own variables for them.
 *
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { choice, duration, type Flag, type FlagValues, integer, text, withVariables } from '../flags/flag.ts';
import type { Convention } from '../metrics/metric.ts';
import { EXPECTED_PAIRS, readKeyValuePairs } from './key-value-list.ts';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const OTLP_FLAGS = {
  'metrics.exporter': withVariables(
    checked('Who gets metrics: prometheus, otlp, both with a comma, or none; otlp too when it has an endpoint.', {
      placeholder: 'NAME,…',
      check: readExporters,
    }),
    ['OTEL_METRICS_EXPORTER'],
  ),
  'otlp.endpoint': endpoint(),
  'otlp.protocol': withVariables(choice('How to speak to the Collector.', PROTOCOLS, 'http/protobuf'), [
    'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  ]),
  'otlp.naming': choice(
    'Whose names to push: those of the semantic conventions or those of the page.',
    ['semconv', 'prometheus'],
    'semconv',
  ),
  'otlp.interval': milliseconds(duration('How often to push.', 60, { min: 0.01, max: 86_400 }), [
    'OTEL_METRIC_EXPORT_INTERVAL',
  ]),
  'otlp.export-timeout': milliseconds(
    duration('How long a reading, and each try to push it, may take; at most the interval.', 30, {
      min: 0.01,
      max: 3600,
    }),
    ['OTEL_METRIC_EXPORT_TIMEOUT'],
  ),
  'otlp.timeout': milliseconds(duration('How long the Collector may take to answer.', 10, { min: 0.01, max: 3600 }), [
    'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
  ]),
  'otlp.queue-size': integer('Readings kept while the Collector is away; beyond it the oldest is dropped.', 120, {
    min: 1,
    max: 100_000,
  }),
  'otlp.headers': withVariables(
    checked('Headers for the Collector, as key=value,key=value, percent-encoded. Shown nowhere.', {
      placeholder: 'KEY=VALUE,…',
      check: readHeaders,
      secret: true,
    }),
    ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
  ),
  'otlp.compression': withVariables(choice('Whether to compress what is pushed.', ['none', 'gzip'], 'none'), [
    'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION',
    'OTEL_EXPORTER_OTLP_COMPRESSION',
  ]),
  'otlp.certificate': file('Whom to trust as the Collector: certificates in PEM.', 'CERTIFICATE'),
  'otlp.client-certificate': file('Our own certificate for the Collector, in PEM.', 'CLIENT_CERTIFICATE'),
  'otlp.client-key': file('The key of our own certificate, in PEM.', 'CLIENT_KEY'),
} satisfies Record<string, Flag>;

export interface OtlpConfig {
  /** Where to send; for gRPC its path means nothing. */
  readonly endpoint: URL;
  readonly protocol: Protocol;
  readonly naming: Convention;
  readonly headers: Readonly<Record<string, string>>;
  readonly compressed: boolean;
  /** Paths of files, where given. */
  readonly certificate: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  /** Seconds. */
  readonly interval: number;
  /** Seconds a reading may take. */
  readonly exportTimeout: number;
  /** Seconds the Collector may take for an answer. */
  readonly timeout: number;
  /** Readings. */
  readonly queueSize: number;
}

export interface Outputs {
  /** Whether there is a page to scrape. */
  readonly scraped: boolean;
  readonly otlp: OtlpConfig | undefined;
}

const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const DEFAULT_ENDPOINTS: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'http://localhost:4318/v1/metrics',
  'http/json': 'http://localhost:4318/v1/metrics',
  grpc: 'http://localhost:4317',
};

/**
 * @throws {RangeError} for what no single flag can tell
 */
export function readOutputs(
  values: FlagValues<typeof OTLP_FLAGS>,
  env: Readonly<Record<string, string | undefined>>,
): Outputs {
  const written = values['otlp.endpoint'];
  const exporters = readExporters(values['metrics.exporter']) ?? ['prometheus', ...(written === '' ? [] : ['otlp'])];
  const scraped = exporters.includes('prometheus');
  if (!exporters.includes('otlp')) return { scraped, otlp: undefined };
  const temporality = env[TEMPORALITY]?.trim() || 'cumulative';
  if (temporality.toLowerCase() !== 'cumulative') {
    throw new RangeError(
      `Bad value ${JSON.stringify(temporality)} for variable ${TEMPORALITY}: only cumulative can be pushed, as the kernel counts`,
    );
  }
  const exportTimeout = Math.min(values['otlp.export-timeout'], values['otlp.interval']);
  const protocol = values['otlp.protocol'];
  const [clientCertificate, clientKey] = [values['otlp.client-certificate'], values['otlp.client-key']];
  if ((clientCertificate === '') !== (clientKey === '')) {
    throw new RangeError('Flags --otlp.client-certificate and --otlp.client-key need each other');
  }
  return {
    scraped,
    otlp: {
      endpoint: new URL(written || DEFAULT_ENDPOINTS[protocol]),
      protocol,
      naming: values['otlp.naming'],
      headers: readHeaders(values['otlp.headers']),
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

function checked(
  help: string,
  {
    placeholder,
    check,
    secret = false,
  }: { placeholder: string; check: (written: string) => unknown; secret?: boolean },
): Flag<string> {
  const parse = ([written = '']: readonly string[]): string => {
    check(written);
    return written;
  };
  return { ...text(help, placeholder), secret, parse };
}

/** The flag takes what the general variable takes; the variable for metrics alone says the whole address. */
function endpoint(): Flag<string> {
  const help = 'Where to push: the Collector, such as http://localhost:4318. The path /v1/metrics is added.';
  const flag: Flag<string> = {
    ...text(help, 'URL'),
    parse([written = '']) {
      if (written === '') return '';
      const url = new URL(readEndpoint(written));
      if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`;
      return url.href;
    },
  };
  return {
    ...flag,
    variables: [
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', parse: readEndpoint },
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', parse: (written) => flag.parse([written]) },
    ],
  };
}

function readEndpoint(written: string): string {
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new RangeError('expected a URL such as http://localhost:4318');
  if (url.username !== '' || url.password !== '') {
    throw new RangeError('expected no user and no password in it, they belong into --otlp.headers');
  }
  return url.href;
}

function milliseconds(flag: Flag<number>, names: readonly string[]): Flag<number> {
  const parse = (written: string): number => {
    if (!/^\d+$/.test(written)) throw new RangeError('expected milliseconds');
    return flag.parse([`${written}ms`]);
  };
  return { ...flag, variables: names.map((name) => ({ name, parse })) };
}

function file(help: string, variable: string): Flag<string> {
  return withVariables(text(help, 'FILE'), [
    `OTEL_EXPORTER_OTLP_METRICS_${variable}`,
    `OTEL_EXPORTER_OTLP_${variable}`,
  ]);
}

/** @returns nothing when none is written */
function readExporters(written: string): readonly string[] | undefined {
  const names = written
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return undefined;
  if (names.some((name) => name !== 'prometheus' && name !== 'otlp') && names.join() !== 'none') {
    throw new RangeError('expected prometheus, otlp, both with a comma, or none');
  }
  return names;
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
/** What Node.js sends in the value of a header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function readHeaders(written: string): Readonly<Record<string, string>> {
  const headers = readKeyValuePairs(written);
  if (!headers.every(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value))) {
    throw new RangeError(EXPECTED_PAIRS);
  }
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}
