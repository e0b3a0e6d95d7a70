import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Serializer } from './push-exporter.ts';

export const protobufSerializer: Serializer = ProtobufMetricsSerializer;

/**
 * The JSON serializer of OpenTelemetry, changed to write NaN and infinities as strings, as in the JSON form of protobuf.
 * OpenTelemetry writes these numbers as `null`, which Collectors reject. https://protobuf.dev/programming-guides/json/
 */
export const jsonSerializer: Serializer = {
  serializeRequest: (metrics) => JsonMetricsSerializer.serializeRequest(withNumbersAsStrings(metrics)),
};

/** Replaces NaN and infinities, which JSON does not have, by strings. */
function withNumbersAsStrings({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(convertMetric) })),
  };
}

function convertMetric(metric: MetricData): MetricData {
  if (metric.dataPoints.every(({ value }) => Number.isFinite(typeof value === 'number' ? value : value.sum))) {
    return metric;
  }
  const { descriptor, aggregationTemporality, dataPointType } = metric;
  const dataPoints = metric.dataPoints.map(convertPoint);
  const converted = { descriptor, aggregationTemporality, dataPointType, dataPoints };
  // The serializer writes strings as they are, but its types allow numbers only.
  return (dataPointType === DataPointType.SUM
    ? { ...converted, isMonotonic: metric.isMonotonic }
    : converted) as unknown as MetricData;
}

function convertPoint(point: DataPoint<number | Partial<Histogram>>): object {
  const { value } = point;
  if (typeof value === 'number') return { ...point, value: convertNumber(value) };
  return { ...point, value: { ...value, sum: convertNumber(value.sum ?? 0) } };
}

function convertNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
