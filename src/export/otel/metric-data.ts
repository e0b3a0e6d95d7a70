import { type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { HistogramValue } from '../../metrics/metric.ts';
import type { FamilySamples, Samples } from '../../metrics/samples.ts';
import { toHrTime } from './hr-time.ts';

export interface Times {
  /** Of what does not say since when it counts. */
  readonly start: HrTime;
  readonly end: HrTime;
}

/** The OpenTelemetry form of a reading: exact numbers, cumulative, as the kernel counts. */
export function toMetricData({ family, samples }: FamilySamples, name: string, times: Times): MetricData {
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

function numbers(samples: Samples, { start, end }: Times): DataPoint<number>[] {
  const points: DataPoint<number>[] = [];
  samples.forEach((value, attributes, startTime) => {
    if (typeof value !== 'number') return;
    points.push({ startTime: startOf(startTime, start), endTime: end, attributes, value });
  });
  return points;
}

function startOf(startTime: number | undefined, start: HrTime): HrTime {
  return startTime === undefined ? start : toHrTime(startTime);
}

type HistogramPoint = Extract<MetricData, { dataPointType: DataPointType.HISTOGRAM }>['dataPoints'][number];

function histograms(samples: Samples, { start, end }: Times): HistogramPoint[] {
  const points: HistogramPoint[] = [];
  samples.forEach((value, attributes, startTime) => {
    if (typeof value === 'number' || !('bounds' in value)) return;
    points.push({ startTime: startOf(startTime, start), endTime: end, attributes, value: toBuckets(value) });
  });
  return points;
}

/** OpenTelemetry counts each bucket for itself, and one more above the last bound, which is never infinite. */
function toBuckets({ bounds, counts, sum, count }: HistogramValue): HistogramPoint['value'] {
  const boundaries = bounds.filter(Number.isFinite);
  const cumulative = [...boundaries.map((_bound, index) => counts[index] ?? 0), count];
  const own = cumulative.map((upTo, index) => upTo - (cumulative[index - 1] ?? 0));
  return { buckets: { boundaries, counts: own }, sum, count };
}
