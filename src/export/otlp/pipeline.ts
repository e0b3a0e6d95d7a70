import { setTimeout } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { diag } from '@opentelemetry/api';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Gatherer } from '../../collection/gatherer.ts';
import type { OtlpConfig } from '../../config/otlp.ts';
import type { BootTime } from '../../host/boot-time.ts';
import { readSmallFile } from '../../host/read-small-file.ts';
import type { PushMetrics } from '../../self/push-metrics.ts';
import { codeOf, messageOf } from '../../util/errors.ts';
import type { Log } from '../../util/log.ts';
import { warnOnce } from '../otel/name-conflicts.ts';
import type { Naming } from '../otel/naming.ts';
import { createResource, type ResourceAttributes } from '../otel/resource.ts';
import { GrpcTransport } from './grpc-transport.ts';
import { definedFiles, HttpTransport, type TlsFiles } from './http-transport.ts';
import { createPushExporter } from './push-exporter.ts';
import { PushProducer } from './push-producer.ts';
import { RetryQueue } from './retry-queue.ts';
import { jsonSerializer, protobufSerializer } from './serializers.ts';
import type { Transport } from './transport.ts';

export interface PushPipelineOptions {
  readonly config: OtlpConfig;
  readonly gatherer: Pick<Gatherer, 'gather'>;
  readonly resource: ResourceAttributes;
  readonly naming: Naming;
  readonly bootTime: Pick<BootTime, 'read'>;
  /** Returns the Unix time in seconds. */
  readonly now: () => number;
  /** Maximum duration of a pass in seconds. */
  readonly passTimeout: number;
  readonly pushMetrics: PushMetrics;
  readonly log: Log;
}

/** Share of the time limit of `stop()` that the last pass may use. */
const LAST_PASS_SHARE = 0.3;

/**
 * Runs a pass at each interval and pushes its samples to a Collector. The meter provider has only one reader and no Views,
 * because the SDK never releases the state that it holds for each reader and each View.
 */
export class PushPipeline {
  readonly address: string;
  readonly #provider: MeterProvider;
  readonly #producer: PushProducer;
  readonly #queue: RetryQueue;
  readonly #transport: Transport;

  private constructor(transport: Transport, options: PushPipelineOptions) {
    const { config, pushMetrics, log } = options;
    const resource = createResource(options.resource);
    this.#transport = transport;
    this.address = transport.address;
    this.#queue = new RetryQueue({ transport, size: config.queueSize, pushMetrics, log });
    this.#producer = new PushProducer({
      ...options,
      convention: config.convention,
      resource,
      timeoutMs: options.passTimeout * 1000,
      onConflict: warnOnce((name) => diag.warn(`Cannot push external metric ${name}: the name is taken`)),
    });
    const reader = new PeriodicExportingMetricReader({
      exporter: createPushExporter(config.protocol === 'http/json' ? jsonSerializer : protobufSerializer, {
        queue: this.#queue,
        transport,
      }),
      exportIntervalMillis: config.interval * 1000,
      exportTimeoutMillis: config.exportTimeout * 1000,
      metricProducers: [this.#producer],
    });
    this.#provider = new MeterProvider({ resource, readers: [reader] });
  }

  /** @throws {Error} if a certificate cannot be used, or the optional gRPC package is not installed */
  static async start(options: PushPipelineOptions): Promise<PushPipeline> {
    return new PushPipeline(await createTransport(options), options);
  }

  /** Runs a last pass and sends all queued pushes, within a time limit. */
  async stop(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const lastPassMs = timeoutMs * LAST_PASS_SHARE;
    this.#producer.shortenDeadline(lastPassMs);
    await Promise.race([this.#provider.shutdown(), setTimeout(lastPassMs * 2, undefined, { ref: false })]);
    await this.#queue.stop(deadline - performance.now());
    this.#transport.close();
  }
}

async function createTransport({ config, naming }: PushPipelineOptions): Promise<Transport> {
  const { endpoint, protocol, headers, compressed, timeout } = config;
  const isJson = protocol === 'http/json';
  const tls = {
    ca: readOptional(config.certificate),
    cert: readOptional(config.clientCertificate),
    key: readOptional(config.clientKey),
  };
  checkTls(tls);
  const options = {
    endpoint,
    headers,
    compressed,
    timeoutMs: timeout * 1000,
    userAgent: `otel-node-exporter/${naming.version}`,
    tls,
    deserialize: (isJson ? jsonSerializer : protobufSerializer).deserializeResponse,
  };
  if (protocol === 'grpc') return GrpcTransport.load(options);
  return new HttpTransport({ ...options, contentType: isJson ? 'application/json' : 'application/x-protobuf' });
}

/** @throws {Error} if a file is not a certificate or key, so that startup fails rather than the first push */
function checkTls(files: TlsFiles): void {
  try {
    createSecureContext(definedFiles(files));
  } catch (error) {
    throw new Error(`Cannot use the certificates for OTLP: ${messageOf(error)}`);
  }
}

/** Maximum size in bytes of a file with certificates or a key. All CA certificates of a distribution take 250 kB. */
const MAX_PEM_BYTES = 2 * 1024 * 1024;

function readOptional(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readSmallFile(path, MAX_PEM_BYTES);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${codeOf(error) ?? messageOf(error)}`);
  }
}
