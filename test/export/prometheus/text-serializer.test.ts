import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attributes, ValueType } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { MetricViewFactory } from '../../../src/export/otel/metric-view.ts';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';
import { TextSerializer } from '../../../src/export/prometheus/text-serializer.ts';
import { LabelSet } from '../../../src/metrics/label-set.ts';
import {
  type AnyFamily,
  counter,
  external,
  type Family,
  gauge,
  type HistogramValue,
  histogram,
  type Sample,
} from '../../../src/metrics/metric.ts';
import { Samples } from '../../../src/metrics/samples.ts';

const SCOPE = { name: 'test', version: '1.2.3', schemaUrl: 'https://example.com/schema' };
const TIMES = { start: [1, 0], end: [2, 0] } as const satisfies Parameters<MetricViewFactory['create']>[1];
const RESOURCE = resourceFromAttributes({ 'service.name': 'test' });

type Point = readonly [value: Sample['value'], labels: Readonly<Record<string, string>>];

function viewsOf(family: AnyFamily, points: readonly Point[]): readonly MetricData[] {
  const samples = new Samples();
  for (const [value, labels] of points) samples.push(value, new LabelSet(labels));
  return new MetricViewFactory(({ name }) => name).create(
    { family, samples },
    { start: [...TIMES.start], end: [...TIMES.end] },
  );
}

interface Options {
  readonly resource?: Resource;
  readonly scopeInfo?: boolean;
}

function metricsOf(metrics: readonly MetricData[], { resource = RESOURCE }: Options = {}): ResourceMetrics {
  return { resource, scopeMetrics: [{ scope: SCOPE, metrics: [...metrics] }] };
}

function serialize(metrics: ResourceMetrics, { scopeInfo = false }: Options = {}): string[] {
  const buffer = new TextBuffer(Buffer.alloc(10));
  new TextSerializer({ scopeInfo, targetInfo: true }).write(buffer, metrics);
  return toLines(buffer.bytes.toString());
}

/** Returns the lines that OpenTelemetry's PrometheusSerializer writes, without its comment in an empty exposition. */
function serializeByPackage(metrics: ResourceMetrics, { scopeInfo = false }: Options = {}): string[] {
  const text = new PrometheusSerializer('', false, undefined, false, !scopeInfo).serialize(metrics);
  return toLines(Buffer.from(text).toString()).filter((line) => line !== '# no registered metrics');
}

function toLines(text: string): string[] {
  return text.trimEnd().split('\n');
}

/** Sorts the lines, and formats the bounds of buckets as JavaScript does. */
function comparable(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.replace(/\ble="([^"+]+(?:e\+\d+)?)"/, (_all, bound) => `le="${Number(bound)}"`))
    .sort();
}

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', ' ', '{', '}', '=', ',', 'n'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
  maxLength: 8,
});
const labelName = fc.stringMatching(/^[a-zA-Z](_?[a-zA-Z0-9]){0,5}$/);
const labels = fc.dictionary(labelName, text, { maxKeys: 3, noNullPrototype: true });
const value = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** 64, 1e-7),
);
const buckets: fc.Arbitrary<HistogramValue> = fc
  .tuple(
    fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 5, comparator: 'SameValueZero' }),
    fc.array(fc.nat({ max: 1e9 }), { minLength: 6, maxLength: 6 }),
    value,
  )
  .map(([bounds, perBucket, sum]) => {
    const counts = perBucket.map((_count, index) =>
      perBucket.slice(0, index + 1).reduce((one, other) => one + other, 0),
    );
    return {
      bounds: bounds.toSorted((one, other) => one - other),
      counts: counts.slice(0, bounds.length),
      sum,
      count: counts[5] ?? 0,
    };
  });
const help = text.filter((written) => written !== '');
const numbers = fc.uniqueArray(fc.tuple(value, labels), { maxLength: 5, selector: ([, set]) => JSON.stringify(set) });
const distributions = fc.array(fc.tuple(buckets, labels), { maxLength: 3 });

/** Generates metric views of the exporter, with names that the PrometheusSerializer does not change. */
const views = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constant(gauge<string>), fc.constant(''), help, numbers),
      fc.tuple(fc.constant(counter<string>), fc.constant('_total'), help, numbers),
      fc.tuple(fc.constant(histogram<string>), fc.constant(''), help, distributions),
    ),
    { maxLength: 6 },
  )
  .map((all) =>
    all.flatMap(([declare, suffix, description, points], index) =>
      viewsOf(declare(`view${index}${suffix}`, description) as Family<string>, points),
    ),
  );

const attribute = fc.oneof(text, fc.double(), fc.boolean(), fc.array(text, { maxLength: 2 }));
const attributes = fc.dictionary(labelName, attribute, { maxKeys: 3, noNullPrototype: true });
const kinds = ['counter', 'upDownCounter', 'gauge', 'histogram', 'observableGauge'] as const;
const instruments = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), help, values: fc.array(fc.tuple(value, attributes), { maxLength: 4 }) }),
  { maxLength: 6 },
);
type Instrument = typeof instruments extends fc.Arbitrary<(infer I)[]> ? I : never;

/** Returns the metrics that the SDK collects from instruments which record some values. */
async function collect(all: readonly Instrument[]): Promise<readonly MetricData[]> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter(SCOPE.name);
  for (const [index, { kind, help: description, values }] of all.entries()) {
    const name = `${kind}${index}${kind === 'counter' ? '_total' : ''}`;
    const options = { description, valueType: ValueType.DOUBLE };
    const record = (write: (recorded: number, set: Attributes) => void): void => {
      for (const [recorded, set] of values) write(recorded, set);
    };
    if (kind === 'counter') record((...point) => meter.createCounter(name, options).add(...point));
    if (kind === 'upDownCounter') record((...point) => meter.createUpDownCounter(name, options).add(...point));
    if (kind === 'gauge') record((...point) => meter.createGauge(name, options).record(...point));
    if (kind === 'histogram') record((...point) => meter.createHistogram(name, options).record(...point));
    if (kind === 'observableGauge') {
      meter
        .createObservableGauge(name, options)
        .addCallback((result) => record((...point) => result.observe(...point)));
    }
  }
  const { resourceMetrics, errors } = await reader.collect();
  assert.deepEqual(errors, []);
  await provider.shutdown();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}

const resource = fc
  .dictionary(fc.stringMatching(/^[a-z](\.?[a-z0-9]){0,8}$/), attribute, { maxKeys: 5, noNullPrototype: true })
  .filter((all) => new Set(Object.keys(all).map((key) => key.replaceAll('.', '_'))).size === Object.keys(all).length)
  .map((all) => resourceFromAttributes(all));

test('TextSerializer writes the same lines as PrometheusSerializer', async () => {
  const options = fc.record({ resource, scopeInfo: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(views, instruments, options, async (produced, recorded, chosen) => {
      const metrics = metricsOf([...produced, ...(await collect(recorded))], chosen);
      assert.deepEqual(comparable(serialize(metrics, chosen)), comparable(serializeByPackage(metrics, chosen)));
    }),
    { numRuns: 500, seed: 1 },
  );
});

function differs(
  what: string,
  metrics: ResourceMetrics,
  expected: { ours: readonly string[]; theirs: readonly string[] },
): void {
  test(`TextSerializer ${what}, PrometheusSerializer does not`, () => {
    const isSeries = (line: string): boolean => !/^target_info|target_info |^# HELP/.test(line);
    assert.deepEqual(serialize(metrics).filter(isSeries), expected.ours);
    assert.deepEqual(serializeByPackage(metrics).filter(isSeries), expected.theirs);
  });
}

const one: readonly Point[] = [[1, {}]];

differs(
  'keeps names as they are declared',
  metricsOf([gauge('a:b', 'H.'), counter('events', 'H.')].flatMap((family) => viewsOf(family, one))),
  {
    ours: ['# TYPE a:b gauge', 'a:b 1', '# TYPE events counter', 'events 1'],
    theirs: ['# TYPE a_b gauge', 'a_b 1', '# TYPE events_total counter', 'events_total 1'],
  },
);

differs(
  'keeps the type of an untyped family',
  metricsOf(viewsOf(external('raw', { help: 'H.', type: 'untyped', labels: [] }), one)),
  { ours: ['# TYPE raw untyped', 'raw 1'], theirs: ['# TYPE raw gauge', 'raw 1'] },
);

differs(
  'writes a summary as one family',
  metricsOf(
    viewsOf(external('s', { help: 'H.', type: 'summary', labels: ['x'] }), [
      [
        {
          quantiles: [
            [0.5, 1],
            [0.00001, 2],
          ],
          sum: 4,
          count: 3,
        },
        { x: '1' },
      ],
    ]),
  ),
  {
    ours: [
      '# TYPE s summary',
      's{x="1",quantile="0.5"} 1',
      's{x="1",quantile="1e-05"} 2',
      's_sum{x="1"} 4',
      's_count{x="1"} 3',
    ],
    theirs: [
      '# TYPE s gauge',
      's{x="1",quantile="0.5"} 1',
      's{x="1",quantile="1e-05"} 2',
      '# TYPE s_sum gauge',
      's_sum{x="1"} 4',
      '# TYPE s_count gauge',
      's_count{x="1"} 3',
    ],
  },
);

differs(
  'writes buckets first, with bounds as Go writes them',
  metricsOf(viewsOf(histogram('h', 'H.'), [[{ bounds: [1e6], counts: [2], sum: 9, count: 3 }, {}]])),
  {
    ours: ['# TYPE h histogram', 'h_bucket{le="1e+06"} 2', 'h_bucket{le="+Inf"} 3', 'h_sum 9', 'h_count 3'],
    theirs: ['# TYPE h histogram', 'h_count 3', 'h_sum 9', 'h_bucket{le="1000000"} 2', 'h_bucket{le="+Inf"} 3'],
  },
);

test('TextSerializer joins resource attributes whose labels collide', () => {
  const colliding = resourceFromAttributes({ 'b.c': 'second', 'a.b': 1, b_c: 'third', 'b..c': 'first' });
  assert.deepEqual(serialize(metricsOf([], { resource: colliding })), [
    '# HELP target_info Target metadata',
    '# TYPE target_info gauge',
    'target_info{b_c="first;second;third",a_b="1"} 1',
  ]);
});

test('TextSerializer writes a valid label for a resource attribute that starts with a digit', () => {
  const digits = resourceFromAttributes({ '9th.floor': 'a', '9th_floor': 'b', größe: 'c' });
  assert.deepEqual(
    serialize(metricsOf([], { resource: digits })).at(-1),
    'target_info{key_9th_floor="a;b",gr_e="c"} 1',
  );
});

test('TextSerializer omits a scope label that a series already has', () => {
  const views = viewsOf(gauge('size', 'H.', ['otel_scope_name', 'x_otel_scope_version']), [
    [1, { otel_scope_name: 'other', x_otel_scope_version: '7' }],
    [2, {}],
  ]);
  const lines = serialize(metricsOf(views), { scopeInfo: true }).filter((line) => line.startsWith('size'));
  const [own, other] = lines.map((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, name]) => name));
  assert.deepEqual(own, ['otel_scope_name', 'x_otel_scope_version', ...(other ?? []).slice(1)]);
  assert.equal(other?.[0], 'otel_scope_name');
});

test('TextSerializer creates no data points of a view', () => {
  const [view] = viewsOf(gauge('size', 'H.', ['device']), [[1, { device: 'sda' }]]);
  assert.ok(view);
  Object.defineProperty(view, 'dataPoints', { get: () => assert.fail('dataPoints is read') });
  assert.equal(serialize(metricsOf([view])).at(-1), 'size{device="sda"} 1');
});
