/** Settings of the outputs: the exposition for scrapes, and the push by OTLP. */
import type { FlagValues } from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { Convention } from '../metrics/metric.ts';
import { messageOf } from '../util/errors.ts';
import type { Invocation } from './invocation.ts';
import { resolveEndpoint } from './otlp-endpoint.ts';
import {
  type OTLP_FLAGS,
  type Protocol,
  parseBoolean,
  parseExporters,
  parseHeaders,
  type Temporality,
} from './otlp-flags.ts';
import { readProxy } from './proxy.ts';
import type { RawFlags } from './raw-flags.ts';

export interface OtlpConfig {
  /**
   * URL of the Collector. With gRPC, the scheme `unix` denotes a Unix socket, and the path of every other URL is ignored.
   */
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
  /** Maximum duration of collecting a push, in seconds. It also limits each attempt to send the push. */
  readonly exportTimeout: number;
  /** Maximum time to wait for a response of the Collector, in seconds. */
  readonly timeout: number;
  /** Maximum number of pushes in the retry queue. */
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
 * Returns the outputs that flags and environment select. An endpoint that the protocol does not support is a mistake, and so
 * is a client certificate without its key. If the value comes from an OpenTelemetry variable, there is only a warning.
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
