import { ValueType } from '@opentelemetry/api';
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
 * The JSON serializer of OpenTelemetry, changed to write integers, NaN and infinities as strings, as in the JSON form of
 * protobuf. OpenTelemetry writes NaN and infinities as `null`, which Collectors reject. It also writes integers above 2^53
 * with at most 17 significant digits. https://protobuf.dev/programming-guides/json/
 */
export const jsonSerializer: Serializer = {
  serializeRequest: (metrics) => JsonMetricsSerializer.serializeRequest(withNumbersAsStrings(metrics)),
};

/** Returns the metrics with strings in place of the numbers that the JSON form of protobuf writes as strings. */
function withNumbersAsStrings({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(convertMetric) })),
  };
}

function convertMetric(metric: MetricData): MetricData {
  const { descriptor, aggregationTemporality, dataPointType } = metric;
  const isInt = descriptor.valueType === ValueType.INT;
  if (
    !isInt &&
    metric.dataPoints.every(({ value }) => Number.isFinite(typeof value === 'number' ? value : value.sum))
  ) {
    return metric;
  }
  const convert = isInt ? convertInteger : convertDouble;
  const dataPoints = metric.dataPoints.map((point) => convertPoint(point, convert));
  const converted = { descriptor, aggregationTemporality, dataPointType, dataPoints };
  // The serializer writes strings as they are, but its types allow numbers only.
  return (dataPointType === DataPointType.SUM
    ? { ...converted, isMonotonic: metric.isMonotonic }
    : converted) as unknown as MetricData;
}

function convertPoint(
  point: DataPoint<number | Partial<Histogram>>,
  convert: (value: number) => number | string,
): object {
  const { value } = point;
  if (typeof value === 'number') return { ...point, value: convert(value) };
  return { ...point, value: { ...value, sum: convertDouble(value.sum ?? 0) } };
}

function convertInteger(value: number): string {
  return BigInt(value).toString();
}

function convertDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
