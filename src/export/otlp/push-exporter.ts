import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { createOtlpNetworkExportDelegate, ExporterMetrics } from '@opentelemetry/otlp-exporter-base';
import { MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { RetryQueue } from './retry-queue.ts';
import type { Transport } from './transport.ts';

export interface Serializer {
  serializeRequest(metrics: ResourceMetrics): Uint8Array | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Creates OpenTelemetry's exporter with the retry queue as its transport. A push is serialized once and counts as exported
 * when it is queued. The metric reader therefore never waits for the Collector. Otherwise the reader would skip intervals
 * while an export runs, and drop a failed export.
 */
export function createPushExporter(
  serializer: Serializer,
  { queue, transport }: { readonly queue: Pick<RetryQueue, 'add'>; readonly transport: Pick<Transport, 'encode'> },
): PushMetricExporter {
  /** Number of data points in each serialized message, because the delegate passes only the message to `send`. */
  const points = new WeakMap<Uint8Array, number>();
  const counting = {
    serializeRequest(metrics: ResourceMetrics) {
      const message = serializer.serializeRequest(metrics);
      if (message !== undefined) points.set(message, MetricsExporterMetricsHelper.countItems(metrics));
      return message;
    },
    deserializeResponse: () => ({}),
  };
  const delegate = createOtlpNetworkExportDelegate(
    { timeoutMillis: TIMEOUT_MS, concurrencyLimit: 1, compression: 'none' },
    counting,
    disabledMetrics(),
    {
      async send(message) {
        queue.add({ body: await transport.encode(message), points: points.get(message) ?? 0 });
        return { status: 'success' };
      },
      shutdown: () => undefined,
    },
  );
  return new OTLPMetricExporterBase(delegate, {
    temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
  });
}

/** Returns the delegate's metrics about exports, without effect: PushMetrics counts the exports instead. */
function disabledMetrics(): ExporterMetrics<ResourceMetrics> {
  return new ExporterMetrics({
    componentType: 'otlp_metric_exporter',
    metricsHelper: MetricsExporterMetricsHelper,
    url: undefined,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  });
}
