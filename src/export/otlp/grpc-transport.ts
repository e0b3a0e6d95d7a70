/** OTLP over gRPC, with the client of OpenTelemetry's exporter. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */

import { getMessages, getText, parseFields, parseNumbers } from '../../formats/protobuf.ts';
import { codeOf } from '../../util/errors.ts';
import type { HttpTransportOptions } from './http-transport.ts';
import { type ExportResponse, type ServiceResponse, type Transport, toRetryable, toSuccess } from './transport.ts';

const PACKAGE = '@opentelemetry/otlp-grpc-exporter-base';
const SERVICE = 'MetricsExportService';
const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const COMPONENT = 'otlp_grpc_metric_exporter';

export type GrpcTransportOptions = Omit<HttpTransportOptions, 'contentType'>;
type Grpc = typeof import('@opentelemetry/otlp-grpc-exporter-base');
type Delegate = ReturnType<typeof createDelegate>;

export class GrpcTransport implements Transport {
  readonly address: string;
  readonly #delegate: Delegate;
  /** The response to the running call. The delegate does not return the response, so `onResponse` stores it here. */
  #response: ServiceResponse = {};

  private constructor(grpc: Grpc, options: GrpcTransportOptions) {
    this.address = options.endpoint.origin;
    this.#delegate = createDelegate(grpc, options, (response) => {
      this.#response = response;
    });
  }

  /** @throws {Error} if the optional package is not installed */
  static async load(options: GrpcTransportOptions): Promise<GrpcTransport> {
    return new GrpcTransport(await loadGrpc(), options);
  }

  /** The gRPC client compresses messages itself. */
  async encode(message: Uint8Array): Promise<Uint8Array> {
    return message;
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    const { promise, resolve } = Promise.withResolvers<ExportResponse>();
    this.#response = {};
    this.#delegate.export(body, ({ error }) => {
      resolve(error === undefined ? toSuccess(this.#response) : toErrorResponse(error));
    });
    return promise;
  }

  close(): void {
    void this.#delegate.shutdown();
  }
}

async function loadGrpc(): Promise<Grpc> {
  try {
    return await import('@opentelemetry/otlp-grpc-exporter-base');
  } catch (error) {
    if (codeOf(error) === 'ERR_MODULE_NOT_FOUND') {
      throw new Error(`Cannot push over grpc: the package ${PACKAGE} is not installed`);
    }
    throw error;
  }
}

/** Creates an export delegate for messages that are already serialized, so that each attempt sends the same bytes. */
function createDelegate(
  { createEmptyMetadata, createInsecureCredentials, createOtlpGrpcExportDelegate, createSslCredentials }: Grpc,
  { endpoint, headers, compressed, timeoutMs, tls, userAgent, deserialize }: GrpcTransportOptions,
  onResponse: (response: ServiceResponse) => void,
) {
  const metadata = createEmptyMetadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const isSecure = endpoint.protocol === 'https:';
  const { ca, key, cert } = tls;
  return createOtlpGrpcExportDelegate<Uint8Array, ServiceResponse>(
    {
      url: endpoint.host,
      metadata: () => metadata,
      credentials: () => (isSecure ? createSslCredentials(ca, key, cert) : createInsecureCredentials()),
      compression: compressed ? 'gzip' : 'none',
      timeoutMillis: timeoutMs,
      concurrencyLimit: 1,
      userAgent,
    },
    {
      serializeRequest: (body) => body,
      deserializeResponse(body) {
        onResponse(deserialize(body));
        return {};
      },
    },
    COMPONENT,
    { name: 'metric_data_point', countItems: () => 0 },
    undefined,
    SERVICE,
    METHOD,
  );
}

/** Status codes of gRPC after which a push is sent again: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);
const RESOURCE_EXHAUSTED = 8;

interface ServiceError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

function toErrorResponse(error: Error): ExportResponse {
  if (!isServiceError(error)) return toRetryable(error.message, undefined);
  const { code, message, metadata } = error;
  const reason = (message.split('\n', 1)[0] ?? message).replace(/\s*Resolution note:\s*$/, '');
  const retryInMillis = parseRetryDelay(metadata.get('grpc-status-details-bin')[0]);
  // RESOURCE_EXHAUSTED is retryable only if the Collector sends a delay.
  const isRetryable = RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && retryInMillis !== undefined);
  return isRetryable ? toRetryable(reason, retryInMillis) : { status: 'failure', reason };
}

function isServiceError(error: Error): error is ServiceError {
  return 'code' in error && typeof error.code === 'number' && 'metadata' in error;
}

/** Returns the delay of the `google.rpc.RetryInfo` in a serialized `google.rpc.Status`, in milliseconds. */
function parseRetryDelay(status: string | Buffer | undefined): number | undefined {
  if (!Buffer.isBuffer(status)) return undefined;
  for (const detail of getMessages(parseFields(status), 3)) {
    if (!getText(detail, 1)?.endsWith('/google.rpc.RetryInfo')) continue;
    const delay = parseFields(detail.get(2)?.at(-1) ?? Buffer.alloc(0))
      .get(1)
      ?.at(-1);
    const duration = parseNumbers(delay ?? Buffer.alloc(0));
    return (duration.get(1) ?? 0) * 1000 + (duration.get(2) ?? 0) / 1e6;
  }
  return undefined;
}
