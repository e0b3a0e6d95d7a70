import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { diag } from '@opentelemetry/api';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Gatherer } from '../../collection/gatherer.ts';
import type { OtlpConfig } from '../../config/otlp.ts';
import type { BootTime } from '../../host/boot-time.ts';
import type { PushMetrics } from '../../self/push-metrics.ts';
import { codeOf, messageOf } from '../../util/errors.ts';
import type { Log } from '../../util/log.ts';
import { warnOnce } from '../otel/name-conflicts.ts';
import type { Naming } from '../otel/naming.ts';
import { createResource, type ResourceAttributes } from '../otel/resource.ts';
import { GrpcTransport } from './grpc-transport.ts';
import { given, HttpTransport, type TlsFiles } from './http-transport.ts';
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
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds a pass may take. */
  readonly passTimeout: number;
  readonly pushes: PushMetrics;
  readonly log: Log;
}

/** Of the time for stopping, what the last pass may take. */
const LAST_PASS_SHARE = 0.3;

/**
 * Pushes a pass to a Collector every so often. The provider is its own, with this one reader and no Views: what two
 * readers or a View share, the SDK keeps for ever.
 */
export class PushPipeline {
  readonly address: string;
  readonly #provider: MeterProvider;
  readonly #producer: PushProducer;
  readonly #queue: RetryQueue;
  readonly #wire: Transport;

  private constructor(wire: Transport, options: PushPipelineOptions) {
    const { config, pushes, log } = options;
    const resource = createResource(options.resource);
    this.#wire = wire;
    this.address = wire.address;
    this.#queue = new RetryQueue({ wire, size: config.queueSize, pushes, log });
    this.#producer = new PushProducer({
      ...options,
      convention: config.convention,
      resource,
      timeoutMs: options.passTimeout * 1000,
      onConflict: warnOnce((name) => diag.warn(`Cannot push ${name} of another program: the name is taken`)),
    });
    const reader = new PeriodicExportingMetricReader({
      exporter: createPushExporter(config.protocol === 'http/json' ? jsonSerializer : protobufSerializer, {
        queue: this.#queue,
        wire,
      }),
      exportIntervalMillis: config.interval * 1000,
      exportTimeoutMillis: config.exportTimeout * 1000,
      metricProducers: [this.#producer],
    });
    this.#provider = new MeterProvider({ resource, readers: [reader] });
  }

  /** @throws {Error} in one line, when a certificate cannot be read or gRPC is not installed */
  static async start(options: PushPipelineOptions): Promise<PushPipeline> {
    return new PushPipeline(await createWire(options), options);
  }

  /** Pushes a last reading and all that waits, as far as there is time. */
  async stop(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    const lastPassMs = patienceMs * LAST_PASS_SHARE;
    this.#producer.shortenDeadline(lastPassMs);
    await Promise.race([this.#provider.shutdown(), setTimeout(lastPassMs * 2, undefined, { ref: false })]);
    await this.#queue.stop(deadline - performance.now());
    this.#wire.close();
  }
}

async function createWire({ config, naming }: PushPipelineOptions): Promise<Transport> {
  const { endpoint, protocol, headers, compressed, timeout } = config;
  const isJson = protocol === 'http/json';
  const tls = {
    ca: readGiven(config.certificate),
    cert: readGiven(config.clientCertificate),
    key: readGiven(config.clientKey),
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

/** What is no certificate would be found out at the first push only. */
function checkTls(files: TlsFiles): void {
  try {
    createSecureContext(given(files));
  } catch (error) {
    throw new Error(`Cannot use the certificates to push with: ${messageOf(error)}`);
  }
}

function readGiven(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${codeOf(error) ?? error}`);
  }
}
