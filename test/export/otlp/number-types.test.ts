import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricViewFactory, type PointTimes } from '../../../src/export/otel/metric-view.ts';
import { createResource } from '../../../src/export/otel/resource.ts';
import { jsonSerializer, protobufSerializer } from '../../../src/export/otlp/serializers.ts';
import { counter } from '../../../src/instruments/counter.ts';
import { NO_LABELS } from '../../../src/metrics/label-set.ts';
import { type AnyFamily, gauge, semconv } from '../../../src/metrics/metric.ts';
import { Samples } from '../../../src/metrics/samples.ts';
import type { Point, ResourceMetrics } from '../../support/otlp-json.ts';
import { decodeProtobuf } from '../../support/otlp-receiver.ts';

// The type of the numbers in a push depends on the family only, and never on the values.

const TIMES: PointTimes = { start: [1, 0], end: [2, 0] };

/**
 * Returns the data points of a family with these values in a push, by encoding. Pushes over gRPC contain the same protobuf.
 */
function pushed(family: AnyFamily, values: readonly number[]): Readonly<Record<'json' | 'protobuf', readonly Point[]>> {
  const samples = new Samples();
  for (const value of values) samples.push(value, NO_LABELS);
  const metrics = [...new MetricViewFactory(({ name }) => name).create({ family, samples }, TIMES)];
  const request = { resource: createResource({}), scopeMetrics: [{ scope: { name: 'test' }, metrics }] };
  const json = Buffer.from(jsonSerializer.serializeRequest(request) ?? '').toString();
  return {
    json: pointsOf((JSON.parse(json) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics),
    protobuf: pointsOf(decodeProtobuf(protobufSerializer.serializeRequest(request) ?? new Uint8Array())),
  };
}

function pointsOf([pushedMetrics]: readonly ResourceMetrics[]): readonly Point[] {
  const [metric] = pushedMetrics?.scopeMetrics[0]?.metrics ?? [];
  return ((metric?.gauge ?? metric?.sum)?.dataPoints ?? []).map((point) =>
    Object.fromEntries(Object.entries(point).filter(([name]) => name.startsWith('as'))),
  );
}

const INT_FAMILIES: readonly AnyFamily[] = [
  semconv.intCounter('test.io', 'By', 'Bytes.'),
  semconv.intGauge('test.size', 'By', 'Bytes.'),
  semconv.intUpDownCounter('test.usage', 'By', 'Bytes.'),
];

const DOUBLE_FAMILIES: readonly AnyFamily[] = [
  semconv.counter('test.time', 's', 'Time.'),
  semconv.gauge('test.utilization', '1', 'Fraction.'),
  semconv.upDownCounter('test.level', 'm', 'Height.'),
  gauge('test_info', 'Always 1.'),
  counter('test_total', 'Events.'),
];

for (const family of INT_FAMILIES) {
  test(`a push contains the values of an int ${family.type} as integers`, () => {
    const points = ['0', '1', '-1', '4294967296', '-4294967296'].map((asInt) => ({ asInt }));
    assert.deepEqual(pushed(family, [0, 1, -1, 2 ** 32, -(2 ** 32)]), { json: points, protobuf: points });
  });
}

for (const family of DOUBLE_FAMILIES) {
  test(`a push contains the whole values of the double ${family.type} ${family.name} as doubles`, () => {
    const points = [0, 1, -1, 2 ** 60, 0.5].map((asDouble) => ({ asDouble }));
    assert.deepEqual(pushed(family, [0, 1, -1, 2 ** 60, 0.5]), { json: points, protobuf: points });
  });
}

const INTEGERS: readonly (readonly [title: string, value: number, asInt: string])[] = [
  ['2^53', 2 ** 53, '9007199254740992'],
  ['2^60, of which JavaScript prints only the first digits', 2 ** 60, '1152921504606846976'],
  ['the largest double below 2^63', 2 ** 63 - 1024, '9223372036854774784'],
  ['-2^63', -(2 ** 63), '-9223372036854775808'],
  ['a fraction, which is rounded', 1.5, '2'],
  ['a negative fraction, which is rounded', -1.6, '-2'],
  ['a negative fraction that is rounded to 0', -0.4, '0'],
];

for (const [title, value, asInt] of INTEGERS) {
  test(`a push of an int family contains ${title}`, () => {
    const family = semconv.intUpDownCounter('test.usage', 'By', 'Bytes.');
    assert.deepEqual(pushed(family, [value]), { json: [{ asInt }], protobuf: [{ asInt }] });
  });
}

const NOT_INT64 = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 63, -(2 ** 63) - 2048];

for (const value of NOT_INT64) {
  test(`a push of an int family leaves out ${value} and contains the other values`, () => {
    const family = semconv.intGauge('test.size', 'By', 'Bytes.');
    const points = [{ asInt: '1' }, { asInt: '2' }];
    assert.deepEqual(pushed(family, [1, value, 2]), { json: points, protobuf: points });
  });
}

test('a push of a double family contains NaN and infinities', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const points = values.map((value) => ({ asDouble: String(value) }));
  assert.deepEqual(pushed(gauge('test_odd', 'Odd numbers.'), values), { json: points, protobuf: points });
});
