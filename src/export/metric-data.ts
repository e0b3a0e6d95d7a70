import { type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Reading } from '../gather.ts';
import type { Distribution, Sample } from '../metric.ts';

export interface Times {
  readonly start: HrTime;
  readonly end: HrTime;
}

/** The OpenTelemetry form of a reading: exact numbers, cumulative, as the kernel counts. */
export function toMetricData({ family, samples }: Reading, name: string, times: Times): MetricData {
  const descriptor = { name, description: family.help, unit: family.unit, valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  switch (family.type) {
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers(samples, times) };
    case 'updowncounter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: false, dataPoints: numbers(samples, times) };
    case 'gauge':
    case 'untyped':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: numbers(samples, times) };
    case 'histogram':
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(samples, times) };
    case 'summary':
      throw new TypeError(`Cannot say ${name} in OpenTelemetry: it has no summary`);
  }
}

function numbers(samples: readonly Sample[], { start, end }: Times): DataPoint<number>[] {
  const points: DataPoint<number>[] = [];
  for (const { value, labels } of samples) {
    if (typeof value === 'number') points.push({ startTime: start, endTime: end, attributes: labels, value });
  }
  return points;
}

type HistogramPoint = Extract<MetricData, { dataPointType: DataPointType.HISTOGRAM }>['dataPoints'][number];

function histograms(samples: readonly Sample[], { start, end }: Times): HistogramPoint[] {
  return samples.flatMap(({ value, labels }) =>
    typeof value === 'number' || !('bounds' in value)
      ? []
      : [{ startTime: start, endTime: end, attributes: labels, value: toBuckets(value) }],
  );
}

/** OpenTelemetry counts each bucket for itself, and one more above the last bound. */
function toBuckets({ bounds, counts, sum, count }: Distribution): HistogramPoint['value'] {
  const cumulative = [...counts, count];
  const own = cumulative.map((upTo, index) => upTo - (cumulative[index - 1] ?? 0));
  return { buckets: { boundaries: [...bounds], counts: own }, sum, count };
}
