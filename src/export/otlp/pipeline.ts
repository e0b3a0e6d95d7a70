import { setTimeout } from 'node:timers/promises';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Gatherer } from '../../collection/gatherer.ts';
import type { OtlpConfig } from '../../config/otlp.ts';
import type { BootTime } from '../../host/boot-time.ts';
import type { PushMetrics } from '../../self/push-metrics.ts';
import type { Log } from '../../util/log.ts';
import { toMilliseconds } from '../../util/units.ts';
import type { Naming } from '../otel/naming.ts';
import { createResource, type ResourceAttributes } from '../otel/resource.ts';
import { DeltaConverter } from './delta-converter.ts';
import { GrpcTransport } from './grpc-transport.ts';
import { HttpTransport } from './http-transport.ts';
import { createPushExporter } from './push-exporter.ts';
import { PushProducer } from './push-producer.ts';
import { RetryQueue } from './retry-queue.ts';
import { jsonSerializer, protobufSerializer } from './serializers.ts';
import { loadTlsFiles } from './tls-files.ts';
import type { Transport } from './transport.ts';

export interface PushPipelineOptions {
  readonly config: OtlpConfig;
  readonly gatherer: Pick<Gatherer, 'gather'>;
  readonly resource: ResourceAttributes;
  readonly naming: Naming;
  readonly bootTime: Pick<BootTime, 'read'>;
  /** Returns the Unix time in seconds. */
  readonly now: () => number;
  /** Maximum duration of one run of the collectors, in seconds. */
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
      timeoutMs: toMilliseconds(options.passTimeout),
    });
    const reader = new PeriodicExportingMetricReader({
      exporter: createPushExporter(config.protocol === 'http/json' ? jsonSerializer : protobufSerializer, {
        queue: this.#queue,
        transport,
        delta: createDeltaConverter(config),
      }),
      exportIntervalMillis: toMilliseconds(config.interval),
      exportTimeoutMillis: toMilliseconds(config.exportTimeout),
      metricProducers: [this.#producer],
    });
    this.#provider = new MeterProvider({ resource, readers: [reader] });
  }

  /** @throws {Error} if a certificate or key cannot be used */
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

/**
 * Returns the converter for the configured temporality; `undefined` for cumulative temporality. `lowmemory` leaves counters
 * cumulative, because they are asynchronous: the kernel counts, and the exporter reads the totals.
 */
function createDeltaConverter({ temporality }: OtlpConfig): DeltaConverter | undefined {
  if (temporality === 'cumulative') return undefined;
  return new DeltaConverter({ since: performance.timeOrigin / 1000, includesCounters: temporality === 'delta' });
}

async function createTransport({ config, naming, log }: PushPipelineOptions): Promise<Transport> {
  const { endpoint, protocol, proxy, headers, compressed, timeout } = config;
  const options = {
    endpoint,
    proxy,
    headers,
    compressed,
    timeoutMs: toMilliseconds(timeout),
    userAgent: `otel-node-exporter/${naming.version}`,
    tls: await loadTlsFiles(config, log),
  };
  if (proxy !== undefined) log.info(`Using the proxy ${proxy.origin} to push`);
  if (protocol === 'grpc') return new GrpcTransport(options);
  const contentType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  return new HttpTransport({ ...options, contentType });
}
