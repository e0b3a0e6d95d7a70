import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Collector } from '../../../src/collection/collector.ts';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import type { CollectorResult } from '../../../src/collection/pass.ts';
import { metricName } from '../../../src/export/otel/naming.ts';
import { PrometheusOutput } from '../../../src/export/prometheus/output.ts';
import {
  type AnyFamily,
  counter,
  external,
  type Family,
  gauge,
  type Labels,
  type MetricType,
  type ValueOf,
} from '../../../src/metrics/metric.ts';
import { openHost } from '../../support/host-tree.ts';
import { NAMING } from '../../support/naming.ts';

type Value = readonly [Family<string>, ValueOf<MetricType>, Labels?];

function emitting(name: string, ...values: readonly Value[]): Collector {
  return {
    name,
    families: values.map(([family]) => family),
    collect: (_host, emit) => {
      for (const [family, value, labels = {}] of values) emit(family, value, labels);
    },
  };
}

interface OutputOptions {
  readonly namespace?: string;
  readonly observe?: (result: CollectorResult) => void;
}

function createOutput(
  { namespace = 'node', observe = () => undefined }: OutputOptions,
  ...collectors: readonly Collector[]
) {
  const naming = { ...NAMING, namespace };
  const nameOf = (family: AnyFamily) => metricName(family, naming);
  const gatherer = new Gatherer({ host: openHost('/nowhere'), collectors, selfMetrics: [], observe, nameOf });
  const output = new PrometheusOutput({ gatherer, resource: {}, naming });
  return async (): Promise<string[]> => {
    const { body } = await output.scrape({ deadline: performance.now() + 60_000 });
    const text = body.toString();
    assert.ok(text.endsWith('\n'));
    return text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.includes('target_info'));
  };
}

function of<T extends MetricType>(name: string, type: T, labels: readonly string[] = []): Family<string, T> {
  return external(name, { help: 'H.', type, labels });
}

const head = (name: string, type: string): readonly string[] => [`# HELP ${name} H.`, `# TYPE ${name} ${type}`];

test('external families keep their names, types and labels', async () => {
  const scrape = createOutput(
    { namespace: 'acme' },
    emitting(
      'textfile',
      [of('node_role', 'gauge'), 1],
      [of('sum_total', 'counter'), 2],
      [of('sum', 'counter'), 3],
      [of('a:b', 'gauge'), 4],
      [of('a__b', 'gauge'), 5],
      [of('plain', 'gauge', ['x__y']), 6, { x__y: 'z' }],
      [of('raw', 'untyped', ['x']), 7, { x: 'a"b\\c\nd' }],
      [gauge('node_size', 'H.'), 8],
    ),
  );
  assert.deepEqual(await scrape(), [
    ...head('node_role', 'gauge'),
    'node_role 1',
    ...head('sum_total', 'counter'),
    'sum_total 2',
    ...head('sum', 'counter'),
    'sum 3',
    ...head('a:b', 'gauge'),
    'a:b 4',
    ...head('a__b', 'gauge'),
    'a__b 5',
    ...head('plain', 'gauge'),
    'plain{x__y="z"} 6',
    ...head('raw', 'untyped'),
    'raw{x="a\\"b\\\\c\\nd"} 7',
    ...head('acme_size', 'gauge'),
    'acme_size 8',
  ]);
});

test('a family of the exporter keeps a name that OpenTelemetry would change', async () => {
  const scrape = createOutput(
    { namespace: 'acme' },
    emitting('odd', [counter('node_events', 'H.'), 1], [gauge('node_a:b', 'H.'), 2]),
  );
  assert.deepEqual(await scrape(), [
    ...head('acme_events', 'counter'),
    'acme_events 1',
    ...head('acme_a:b', 'gauge'),
    'acme_a:b 2',
  ]);
});

test('external summaries and histograms have bounds as Go writes them', async () => {
  const quantiles = [
    [0.00001, 1],
    [0.5, Number.NaN],
    [0.99, Number.POSITIVE_INFINITY],
  ] as const;
  const bounds = [-1, 0, 0.0001, 0.25, 100_000, 1e6, 1.6384e22];
  const scrape = createOutput(
    {},
    emitting(
      'textfile',
      [of('s', 'summary', ['x']), { quantiles, sum: -0.5, count: 3 }, { x: '1' }],
      [of('h', 'histogram'), { bounds, counts: [0, 1, 2, 3, 4, 5, 6], sum: 9, count: 7 }],
      [of('i', 'histogram'), { bounds: [1, Number.POSITIVE_INFINITY], counts: [1, 2], sum: 9, count: 3 }],
      [of('j', 'histogram'), { bounds: [], counts: [], sum: 0, count: 0 }],
    ),
  );
  assert.deepEqual(
    (await scrape()).filter((line) => !line.startsWith('#')),
    [
      's{x="1",quantile="1e-05"} 1',
      's{x="1",quantile="0.5"} NaN',
      's{x="1",quantile="0.99"} +Inf',
      's_sum{x="1"} -0.5',
      's_count{x="1"} 3',
      'h_bucket{le="-1"} 0',
      'h_bucket{le="0"} 1',
      'h_bucket{le="0.0001"} 2',
      'h_bucket{le="0.25"} 3',
      'h_bucket{le="100000"} 4',
      'h_bucket{le="1e+06"} 5',
      'h_bucket{le="1.6384e+22"} 6',
      'h_bucket{le="+Inf"} 7',
      'h_sum 9',
      'h_count 7',
      'i_bucket{le="1"} 1',
      'i_bucket{le="+Inf"} 2',
      'i_sum 9',
      'i_count 3',
      'j_bucket{le="+Inf"} 0',
      'j_sum 0',
      'j_count 0',
    ],
  );
});

test('an external family whose name is taken is left out, and its collector fails', async () => {
  const results: CollectorResult[] = [];
  const scrape = createOutput(
    { namespace: 'acme', observe: (result) => results.push(result) },
    emitting(
      'textfile',
      [of('acme_load1', 'untyped'), 1],
      [of('node_load1', 'untyped'), 2],
      [of('target_info', 'gauge'), 3],
      [of('s', 'summary'), { quantiles: [], sum: 4, count: 1 }],
      [of('s_count', 'counter'), 5],
    ),
    emitting('loadavg', [gauge('node_load1', 'H.'), 6]),
  );
  assert.deepEqual(await scrape(), [
    ...head('node_load1', 'untyped'),
    'node_load1 2',
    ...head('s', 'summary'),
    's_sum 4',
    's_count 1',
    ...head('acme_load1', 'gauge'),
    'acme_load1 6',
  ]);
  assert.deepEqual(
    results.map(({ collector, state, errors }) => [collector, state, errors.map(({ message }) => message)]),
    [
      [
        'textfile',
        'failed',
        ['acme_load1', 'target_info', 's_count'].map(
          (name) => `Cannot add external metric ${name}: the name ${name} is taken`,
        ),
      ],
      ['loadavg', 'ok', []],
    ],
  );
});

test('an exposition may contain only a family that OpenTelemetry does not have', async () => {
  const scrape = createOutput({}, emitting('textfile', [of('raw', 'untyped'), 1]));
  assert.deepEqual(await scrape(), [...head('raw', 'untyped'), 'raw 1']);
});
