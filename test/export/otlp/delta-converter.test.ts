import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HrTime, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { DeltaConverter } from '../../../src/export/otlp/delta-converter.ts';
import { fc } from '../../support/fast-check.ts';

/** Start of the exporter as Unix time in seconds. The host was booted earlier. */
const SINCE = 1000;
const BOOT = 500;

interface CounterOptions {
  readonly start?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly isMonotonic?: boolean;
}

function counter(
  value: number,
  time: HrTime,
  { start = BOOT, labels = {}, isMonotonic = true }: CounterOptions = {},
): MetricData {
  return {
    descriptor: { name: 'c', description: '', unit: '', valueType: ValueType.DOUBLE },
    dataPointType: DataPointType.SUM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    isMonotonic,
    dataPoints: [{ attributes: labels, startTime: [start, 0], endTime: time, value }],
  };
}

function histogram(counts: readonly number[], sum: number, time: HrTime): HistogramMetricData {
  const count = counts.reduce((total, each) => total + each, 0);
  const value = { buckets: { boundaries: [1], counts: [...counts] }, sum, count };
  return {
    descriptor: { name: 'h', description: '', unit: '', valueType: ValueType.DOUBLE },
    dataPointType: DataPointType.HISTOGRAM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [{ attributes: {}, startTime: [BOOT, 0], endTime: time, value }],
  };
}

function pass(...metrics: MetricData[]): ResourceMetrics {
  return { resource: resourceFromAttributes({}), scopeMetrics: [{ scope: { name: 's' }, metrics }] };
}

function createConverter(includesCounters = true): DeltaConverter {
  return new DeltaConverter({ since: SINCE, includesCounters });
}

/** Returns the points of a push as `[start, end, value]`. */
function pointsOf({ scopeMetrics }: ResourceMetrics): unknown[] {
  return scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap(({ dataPoints }) =>
      dataPoints.map(({ startTime, endTime, value }) => [startTime[0], endTime[0], value]),
    ),
  );
}

const at = (seconds: number): HrTime => [seconds, 0];

/** Converts the values of one counter, one per minute, and returns the points of each push. */
function convertValues(values: readonly number[], options: CounterOptions = {}): unknown[] {
  const converter = createConverter();
  return values.map((value, index) =>
    pointsOf(converter.convert(pass(counter(value, at(2000 + 60 * index), options))).metrics),
  );
}

test('DeltaConverter returns increases from the second pass on', () => {
  assert.deepEqual(convertValues([10, 15, 15]), [[], [[2000, 2060, 5]], [[2060, 2120, 0]]]);
});

test('DeltaConverter returns the first value of a counter that started after the exporter', () => {
  assert.deepEqual(convertValues([10, 15], { start: 1500 }), [[[1500, 2000, 10]], [[2000, 2060, 5]]]);
  assert.deepEqual(convertValues([10, 15], { start: 0 }), [[], [[2000, 2060, 5]]]);
});

test('DeltaConverter returns the whole value after a reset', () => {
  assert.deepEqual(convertValues([100, 7, 9]), [[], [[2000, 2060, 7]], [[2060, 2120, 2]]]);
});

test('DeltaConverter does not treat a small decrease as a reset', () => {
  assert.deepEqual(convertValues([1000, 999, 1001]), [[], [[2000, 2060, 0]], [[2060, 2120, 1]]]);
});

test('DeltaConverter leaves out values that are not numbers', () => {
  assert.deepEqual(convertValues([10, Number.NaN, 12]), [[], [], [[2000, 2120, 2]]]);
});

test('DeltaConverter marks the metric as delta, and keeps its other properties', () => {
  const converter = createConverter();
  converter.convert(pass(counter(1, at(2000))));
  const { metrics } = converter.convert(pass(counter(3, at(2060), { labels: { a: 'b' } }), counter(3, at(2060))));
  assert.deepEqual(metrics.scopeMetrics[0]?.metrics, [
    { ...counter(2, at(2060), { start: 2000 }), aggregationTemporality: AggregationTemporality.DELTA },
  ]);
});

test('DeltaConverter does not change gauges and sums that can decrease', () => {
  const gauge: MetricData = {
    descriptor: { name: 'g', description: '', unit: '', valueType: ValueType.DOUBLE },
    dataPointType: DataPointType.GAUGE,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [{ attributes: {}, startTime: at(0), endTime: at(2000), value: 1 }],
  };
  const metrics = pass(gauge, counter(5, at(2000), { isMonotonic: false }));
  assert.deepEqual(createConverter().convert(metrics).metrics, metrics);
});

test('DeltaConverter distinguishes series by their attributes, in any order', () => {
  const converter = createConverter();
  converter.convert(
    pass(counter(1, at(2000), { labels: { a: '1', b: '2' } }), counter(10, at(2000), { labels: { a: '2', b: '1' } })),
  );
  const second = pass(
    counter(13, at(2060), { labels: { b: '1', a: '2' } }),
    counter(2, at(2060), { labels: { b: '2', a: '1' } }),
  );
  assert.deepEqual(pointsOf(converter.convert(second).metrics), [
    [2000, 2060, 3],
    [2000, 2060, 1],
  ]);
});

test('DeltaConverter continues a series after up to 60 passes without this series', () => {
  const converter = createConverter();
  const skip = (count: number): void => {
    for (let index = 0; index < count; index += 1) converter.convert(pass());
  };
  converter.convert(pass(counter(1, at(2000))));
  skip(59);
  assert.deepEqual(pointsOf(converter.convert(pass(counter(4, at(9000)))).metrics), [[2000, 9000, 3]]);
  skip(61);
  assert.deepEqual(pointsOf(converter.convert(pass(counter(5, at(19_000)))).metrics), []);
});

test('DeltaConverter returns valid intervals after the clock was set back', () => {
  const converter = createConverter();
  converter.convert(pass(counter(1, at(2000))));
  assert.deepEqual(pointsOf(converter.convert(pass(counter(4, at(1500)))).metrics), [[1500, 1500, 3]]);
});

test('DeltaConverter converts histograms, and counters only if configured', () => {
  const converter = createConverter(false);
  converter.convert(pass(histogram([1, 2], 5, at(2000)), counter(1, at(2000))));
  const second = pass(histogram([1, 4], 9, at(2060)), counter(3, at(2060)));
  assert.deepEqual(pointsOf(converter.convert(second).metrics), [
    [2000, 2060, { buckets: { boundaries: [1], counts: [0, 2] }, sum: 4, count: 2 }],
    [BOOT, 2060, 3],
  ]);
  const third = pass(histogram([1, 0], 0.5, at(2120)));
  assert.deepEqual(pointsOf(converter.convert(third).metrics), [
    [2060, 2120, { buckets: { boundaries: [1], counts: [1, 0] }, sum: 0.5, count: 1 }],
  ]);
});

test('DeltaConverter adds the increases of a lost push to the next one, once', () => {
  const converter = createConverter();
  converter.convert(pass(counter(10, at(2000))));
  converter.convert(pass(counter(15, at(2060)))).restore();
  assert.deepEqual(pointsOf(converter.convert(pass(counter(17, at(2120)))).metrics), [[2000, 2120, 7]]);
  assert.deepEqual(pointsOf(converter.convert(pass(counter(18, at(2180)))).metrics), [[2120, 2180, 1]]);
});

test('DeltaConverter adds the increases of a lost push to the next one after later passes and a reset', () => {
  const converter = createConverter();
  converter.convert(pass(counter(10, at(2000))));
  const lost = converter.convert(pass(counter(15, at(2060))));
  converter.convert(pass(counter(16, at(2120))));
  lost.restore();
  assert.deepEqual(pointsOf(converter.convert(pass(counter(2, at(2180)))).metrics), [[2120, 2180, 7]]);
});

test('DeltaConverter delivers each increase once, in whatever order pushes are lost', () => {
  const step = fc.record({ increase: fc.nat(100), isLost: fc.boolean(), delay: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const converter = createConverter();
      converter.convert(pass(counter(1000, at(2000))));
      let value = 1000;
      let delivered = 0;
      const waiting: { restoreAt: number; restore: () => void }[] = [];
      const restoreDue = (index: number): void => {
        for (const each of waiting.splice(0)) {
          if (each.restoreAt <= index) each.restore();
          else waiting.push(each);
        }
      };
      for (const [index, { increase, isLost, delay }] of steps.entries()) {
        restoreDue(index);
        value += increase;
        const { metrics, restore } = converter.convert(pass(counter(value, at(2060 + index))));
        const [point] = metrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
        if (isLost) waiting.push({ restoreAt: index + delay, restore });
        else delivered += Number(point?.value);
      }
      restoreDue(Number.POSITIVE_INFINITY);
      const { metrics } = converter.convert(pass(counter(value, at(9000))));
      delivered += Number(metrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value);
      assert.equal(delivered, value - 1000);
    }),
  );
});
