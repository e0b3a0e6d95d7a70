/** OTLP over gRPC, as the official exporter does it. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */

import { getMessages, getText, parseFields, parseNumbers } from '../../formats/protobuf.ts';
import { codeOf } from '../../util/errors.ts';
import type { HttpTransportOptions } from './http-transport.ts';
import { type ExportResponse, type ServiceResponse, type Transport, takenWith } from './transport.ts';

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
  /** What the Collector said with the answer before it was handed over. */
  #response: ServiceResponse = {};

  private constructor(grpc: Grpc, options: GrpcTransportOptions) {
    this.address = options.endpoint.origin;
    this.#delegate = createDelegate(grpc, options, (response) => {
      this.#response = response;
    });
  }

  /** @throws {Error} in one line, where the optional package is not installed */
  static async load(options: GrpcTransportOptions): Promise<GrpcTransport> {
    return new GrpcTransport(await loadGrpc(), options);
  }

  /** gRPC compresses by itself. */
  async encode(message: Uint8Array): Promise<Uint8Array> {
    return message;
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    const { promise, resolve } = Promise.withResolvers<ExportResponse>();
    this.#response = {};
    this.#delegate.export(body, ({ error }) => {
      resolve(error === undefined ? takenWith(this.#response) : answerOf(error));
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

/** What it is given is on the wire already: the same bytes for every try. */
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

/** https://opentelemetry.io/docs/specs/otlp/#failures-1 */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);
const RESOURCE_EXHAUSTED = 8;

interface ServiceError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

function answerOf(error: Error): ExportResponse {
  if (!isServiceError(error)) return { kind: 'later', reason: error.message };
  const { code, message, metadata } = error;
  const reason = (message.split('\n', 1)[0] ?? message).replace(/\s*Resolution note:\s*$/, '');
  const afterMs = readRetryDelay(metadata.get('grpc-status-details-bin')[0]);
  if (!RETRYABLE.has(code) && !(code === RESOURCE_EXHAUSTED && afterMs !== undefined)) return { kind: 'never', reason };
  return afterMs === undefined ? { kind: 'later', reason } : { kind: 'later', reason, afterMs };
}

function isServiceError(error: Error): error is ServiceError {
  return 'code' in error && typeof error.code === 'number' && 'metadata' in error;
}

/** `google.rpc.Status` with a `google.rpc.RetryInfo` among its details: for how long to leave it alone. */
function readRetryDelay(status: string | Buffer | undefined): number | undefined {
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
