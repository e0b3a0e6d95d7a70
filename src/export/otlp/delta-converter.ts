import type { HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type ResourceMetrics,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';

/** Maximum number of passes in a row in which a series may be absent before its state is deleted. */
const MAX_ABSENT_PASSES = 60;
/**
 * A value below this share of the previous value counts as a reset. Kernel counters, such as the idle time of a CPU, can
 * decrease slightly without a reset.
 */
const MIN_SHARE_WITHOUT_RESET = 0.99;

/** The latest values of a counter or histogram. A counter has one value. A histogram has a sum, a count, and its buckets. */
interface SeriesState {
  values: readonly number[];
  /** Time of the values. */
  time: HrTime;
  /** Number of the pass that contained the values. */
  pass: number;
  /** Increases in lost pushes, one for each value. They are added to the next push that contains the series. */
  undelivered: readonly number[] | undefined;
}

/** The increase of a series in one push. */
interface Increase {
  readonly state: SeriesState;
  readonly values: readonly number[];
  readonly start: HrTime;
  readonly end: HrTime;
}

export interface DeltaConversion {
  readonly metrics: ResourceMetrics;
  /**
   * Adds all increases of this push to the next push. Must be called once if the push is lost, and must not be called
   * otherwise.
   */
  readonly restore: () => void;
}

export interface DeltaConverterOptions {
  /**
   * Start of the exporter as Unix time in seconds. The first value of a counter that started later is an increase. The
   * first value of an older counter is only the base of the next increase.
   */
  readonly since: number;
  /** True if counters are converted. Histograms are always converted. */
  readonly includesCounters: boolean;
}

/**
 * Converts cumulative counters and histograms to delta temporality: each push contains the increase since the previous push.
 * Gauges and sums that can decrease are unchanged.
 *
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#temporality
 */
export class DeltaConverter {
  readonly #options: DeltaConverterOptions;
  readonly #states = new Map<string, SeriesState>();
  #pass = 0;

  constructor(options: DeltaConverterOptions) {
    this.#options = options;
  }

  convert({ resource, scopeMetrics }: ResourceMetrics): DeltaConversion {
    this.#pass += 1;
    const increases: Increase[] = [];
    const converted = scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.flatMap((metric) => this.#convertMetric(metric, increases)),
    }));
    this.#deleteAbsent();
    return { metrics: { resource, scopeMetrics: converted }, restore: () => restore(increases) };
  }

  /** Returns a list with the converted metric. The list is empty if the metric has no data points, as in its first pass. */
  #convertMetric(metric: MetricData, increases: Increase[]): readonly MetricData[] {
    if (isCounter(metric) && this.#options.includesCounters) {
      const dataPoints = metric.dataPoints.flatMap((point) => {
        const increase = this.#increase(keyOf(metric, point), point, [point.value]);
        return this.#toPoints(point, increase, { increases, toValue: ([value = 0]) => value });
      });
      const { descriptor, dataPointType, isMonotonic } = metric;
      const aggregationTemporality = AggregationTemporality.DELTA;
      return dataPoints.length === 0
        ? []
        : [{ descriptor, dataPointType, isMonotonic, aggregationTemporality, dataPoints }];
    }
    return isHistogram(metric) ? this.#convertHistogram(metric, increases) : [metric];
  }

  #convertHistogram(metric: HistogramMetricData, increases: Increase[]): readonly MetricData[] {
    const dataPoints = metric.dataPoints.flatMap((point) => {
      const { buckets, count, sum = 0 } = point.value;
      const key = `${keyOf(metric, point)}\n${buckets.boundaries.join()}`;
      const increase = this.#increase(key, point, [sum, count, ...buckets.counts]);
      const toValue = ([newSum = 0, newCount = 0, ...counts]: readonly number[]): Histogram => ({
        buckets: { boundaries: buckets.boundaries, counts },
        sum: newSum,
        count: newCount,
      });
      return this.#toPoints(point, increase, { increases, toValue });
    });
    const { descriptor, dataPointType } = metric;
    const aggregationTemporality = AggregationTemporality.DELTA;
    return dataPoints.length === 0 ? [] : [{ descriptor, dataPointType, aggregationTemporality, dataPoints }];
  }

  #toPoints<V>(
    { attributes, endTime }: DataPoint<V>,
    increase: Increase | undefined,
    { increases, toValue }: { increases: Increase[]; toValue: (values: readonly number[]) => V },
  ): readonly DataPoint<V>[] {
    if (increase === undefined) return [];
    increases.push(increase);
    return [{ attributes, startTime: increase.start, endTime, value: toValue(increase.values) }];
  }

  /** Returns the increase of a series; `undefined` if this is its first value, or the value is not a number. */
  #increase(key: string, { startTime, endTime }: DataPoint<unknown>, values: readonly number[]): Increase | undefined {
    if (!values.every(Number.isFinite)) return undefined;
    const state = this.#states.get(key);
    if (state !== undefined) return increaseOf(state, { values, time: endTime, pass: this.#pass });
    const created: SeriesState = { values, time: endTime, pass: this.#pass, undelivered: undefined };
    this.#states.set(key, created);
    const isNew = startTime[0] + startTime[1] / 1e9 >= this.#options.since;
    return isNew ? { state: created, values, start: startTime, end: endTime } : undefined;
  }

  #deleteAbsent(): void {
    for (const [key, { pass }] of this.#states) {
      if (this.#pass - pass > MAX_ABSENT_PASSES) this.#states.delete(key);
    }
  }
}

function isCounter(metric: MetricData): metric is SumMetricData {
  return metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
}

function isHistogram(metric: MetricData): metric is HistogramMetricData {
  return metric.dataPointType === DataPointType.HISTOGRAM;
}

function keyOf({ descriptor }: MetricData, { attributes }: DataPoint<unknown>): string {
  const pairs = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${descriptor.name}\n${JSON.stringify(pairs)}`;
}

/** Returns the increase from the previous values to the new values, and stores the new values. */
function increaseOf(state: SeriesState, { values, time, pass }: Omit<SeriesState, 'undelivered'>): Increase {
  const { values: last, time: lastTime, undelivered } = state;
  // The first value of a histogram is its sum, which may decrease without a reset. Only the other values show a reset.
  const countsFrom = last.length > 1 ? 1 : 0;
  const isReset = values.some(
    (value, index) => index >= countsFrom && value < (last[index] ?? 0) * MIN_SHARE_WITHOUT_RESET,
  );
  const current = isReset
    ? values
    : values.map((value, index) => (index < countsFrom ? value : Math.max(value, last[index] ?? 0)));
  const base = isReset ? [] : last;
  const increase = current.map((value, index) => value - (base[index] ?? 0) + (undelivered?.[index] ?? 0));
  Object.assign(state, { values: current, time, pass, undelivered: undefined });
  return { state, values: increase, start: isBefore(lastTime, time) ? lastTime : time, end: time };
}

function restore(increases: readonly Increase[]): void {
  for (const { state, values, start, end } of increases) {
    // If no later push contains the series yet, the next interval starts where the interval of the lost push started.
    if (state.time === end) state.time = start;
    if (values.some((value) => value !== 0)) {
      state.undelivered = values.map((value, index) => value + (state.undelivered?.[index] ?? 0));
    }
  }
}

function isBefore([seconds, nanoseconds]: HrTime, [otherSeconds, otherNanoseconds]: HrTime): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanoseconds < otherNanoseconds);
}
