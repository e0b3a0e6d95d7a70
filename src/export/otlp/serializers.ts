import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { DataPoint, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Serializer } from './push-exporter.ts';

export const protobufSerializer: Serializer = ProtobufMetricsSerializer;

/**
 * JSON has no word for what is no finite number, and the official serializer writes `null`, which is no number to anyone;
 * protobuf's JSON has texts. https://protobuf.dev/programming-guides/json/
 */
export const jsonSerializer: Serializer = {
  serializeRequest: (metrics) => JsonMetricsSerializer.serializeRequest(sayable(metrics)),
  deserializeResponse: (body) => JsonMetricsSerializer.deserializeResponse(body),
};

function sayable({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(sayableMetric) })),
  };
}

function sayableMetric(metric: MetricData): MetricData {
  if (metric.dataPoints.every(({ value }) => Number.isFinite(typeof value === 'number' ? value : value.sum))) {
    return metric;
  }
  // The serializer writes texts as texts, and its types know of none.
  return { ...metric, dataPoints: metric.dataPoints.map(sayablePoint) } as unknown as MetricData;
}

function sayablePoint(point: DataPoint<number | Partial<Histogram>>): object {
  const { value } = point;
  if (typeof value === 'number') return { ...point, value: sayableNumber(value) };
  return { ...point, value: { ...value, sum: sayableNumber(value.sum ?? 0) } };
}

function sayableNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
