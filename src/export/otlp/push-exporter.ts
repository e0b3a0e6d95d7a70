import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { createOtlpNetworkExportDelegate, ExporterMetrics } from '@opentelemetry/otlp-exporter-base';
import { MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { DeltaConversion, DeltaConverter } from './delta-converter.ts';
import type { QueuedPush, RetryQueue } from './retry-queue.ts';
import type { Transport } from './transport.ts';

export interface Serializer {
  serializeRequest(metrics: ResourceMetrics): Uint8Array | undefined;
}

export interface PushExporterOptions {
  readonly queue: Pick<RetryQueue, 'add'>;
  readonly transport: Pick<Transport, 'encode'>;
  /** Converts the metrics to delta temporality; `undefined` for cumulative temporality. */
  readonly delta: DeltaConverter | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Creates OpenTelemetry's exporter with the retry queue as its transport. A push is serialized once and counts as exported
 * when it is queued. The metric reader therefore never waits for the Collector. Otherwise the reader would skip intervals
 * while an export runs, and drop a failed export.
 */
export function createPushExporter(
  serializer: Serializer,
  { queue, transport, delta }: PushExporterOptions,
): PushMetricExporter {
  /** The other properties of a push by its serialized message, because the delegate passes only the message to `send`. */
  const details = new WeakMap<Uint8Array, Omit<QueuedPush, 'body'>>();
  const counting = {
    serializeRequest(metrics: ResourceMetrics) {
      const conversion = delta?.convert(metrics) ?? { metrics, restore: () => undefined };
      const message = serialize(serializer, conversion);
      const points = MetricsExporterMetricsHelper.countItems(conversion.metrics);
      if (message !== undefined) details.set(message, { points, onLost: conversion.restore });
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
        const { points, onLost } = details.get(message) ?? { points: 0, onLost: () => undefined };
        try {
          queue.add({ body: await transport.encode(message), points, onLost });
        } catch (error) {
          onLost();
          throw error;
        }
        return { status: 'success' };
      },
      shutdown: () => undefined,
    },
  );
  return new OTLPMetricExporterBase(delegate, {
    temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
  });
}

function serialize(serializer: Serializer, { metrics, restore }: DeltaConversion): Uint8Array | undefined {
  try {
    return serializer.serializeRequest(metrics);
  } catch (error) {
    restore();
    throw error;
  }
}

/** Returns metrics of the exporter that record nothing, because PushMetrics counts the pushes. */
function disabledMetrics(): ExporterMetrics<ResourceMetrics> {
  return new ExporterMetrics({
    componentType: 'otlp_metric_exporter',
    metricsHelper: MetricsExporterMetricsHelper,
    url: undefined,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  });
}
