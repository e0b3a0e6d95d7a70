import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { createOtlpNetworkExportDelegate, ExporterMetrics } from '@opentelemetry/otlp-exporter-base';
import { type ISerializer, MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { RetryQueue } from './retry-queue.ts';
import type { ServiceResponse, Transport } from './transport.ts';

export type Serializer = ISerializer<ResourceMetrics, ServiceResponse>;

const TIMEOUT_MS = 30_000;

/**
 * The official exporter, with our queue for its transport: it writes each reading once, and a reading counts as exported
 * when it is in the queue. The reader, which drops what it cannot export and skips what is not over by the next time,
 * so never waits for the Collector.
 */
export function createPushExporter(
  serializer: Serializer,
  { queue, wire }: { readonly queue: Pick<RetryQueue, 'add'>; readonly wire: Pick<Transport, 'encode'> },
): PushMetricExporter {
  /** The transport sees bytes alone. */
  const points = new WeakMap<Uint8Array, number>();
  const counting: Serializer = {
    serializeRequest(metrics) {
      const message = serializer.serializeRequest(metrics);
      if (message !== undefined) points.set(message, MetricsExporterMetricsHelper.countItems(metrics));
      return message;
    },
    deserializeResponse: (body) => serializer.deserializeResponse(body),
  };
  const delegate = createOtlpNetworkExportDelegate(
    { timeoutMillis: TIMEOUT_MS, concurrencyLimit: 1, compression: 'none' },
    counting,
    withoutMetrics(),
    {
      async send(message) {
        queue.add({ body: await wire.encode(message), points: points.get(message) ?? 0 });
        return { status: 'success' };
      },
      shutdown: () => undefined,
    },
  );
  return new OTLPMetricExporterBase(delegate, {
    temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
  });
}

/** The exporter's own metrics about itself are ours to tell. */
function withoutMetrics(): ExporterMetrics<ResourceMetrics> {
  return new ExporterMetrics({
    componentType: 'otlp_metric_exporter',
    metricsHelper: MetricsExporterMetricsHelper,
    url: undefined,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  });
}
