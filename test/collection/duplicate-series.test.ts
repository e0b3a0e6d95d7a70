import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuplicateSeriesFilter } from '../../src/collection/duplicate-series.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { LabelSet } from '../../src/metrics/label-set.ts';
import { type AnyFamily, external, gauge, histogram, type Sample, semconv } from '../../src/metrics/metric.ts';
import { Samples } from '../../src/metrics/samples.ts';
import { createFakeCollector } from '../support/fake-collector.ts';
import { fc } from '../support/fast-check.ts';
import { openHost } from '../support/host-tree.ts';

type Labels = Sample['labels'];
type Series = readonly [family: AnyFamily, samples: readonly (readonly [value: Sample['value'], labels: Labels])[]];

const size = gauge('node_size', 'Size.', ['device', 'type']);
const used = gauge('node_used', 'Used.', ['device', 'type']);

/** The set of each labels object, as the label cache returns it. */
const sets = new WeakMap<Labels, LabelSet>();

function setOf(labels: Labels): LabelSet {
  const set = sets.get(labels) ?? new LabelSet(labels);
  sets.set(labels, set);
  return set;
}

function resultOf(collector: string, ...families: readonly Series[]): CollectorResult {
  return {
    collector,
    state: 'ok',
    seconds: 0,
    errors: [],
    families: families.map(([family, all]) => {
      const samples = new Samples();
      for (const [value, labels] of all) samples.push(value, setOf(labels));
      return { family, samples };
    }),
  };
}

/** Returns what remains: state, errors, and the samples of each family. */
function summary(results: readonly CollectorResult[]) {
  return results.map(({ state, errors, families }) => ({
    state,
    errors: errors.map(({ message }) => message),
    families: families.map(({ samples }) => [...samples].map(({ value, labels }) => [value, labels])),
  }));
}

const filter = (...results: readonly CollectorResult[]) => summary(new DuplicateSeriesFilter().filter(results));

test('DuplicateSeriesFilter keeps the first of two samples with the same labels', () => {
  const twice: Series = [
    size,
    [
      [1, { device: 'sda' }],
      [2, { device: 'sdb' }],
      [3, { device: 'sda' }],
      [4, { device: 'sda' }],
    ],
  ];
  const once: Series = [used, [[5, { device: 'sda' }]]];
  assert.deepEqual(filter(resultOf('disk', twice, once)), [
    {
      state: 'failed',
      errors: ['Cannot emit node_size{device="sda"} twice: the values are "1" and "3"'],
      families: [
        [
          [1, { device: 'sda' }],
          [2, { device: 'sdb' }],
        ],
        [[5, { device: 'sda' }]],
      ],
    },
  ]);
});

test('DuplicateSeriesFilter fails the later of two collectors that emit a series', () => {
  const results = [
    resultOf('one', [size, [[1, { device: 'sda' }]]]),
    resultOf('two', [size, [[2, { device: 'sdb' }]]]),
    resultOf('three', [
      size,
      [
        [3, { device: 'sdc' }],
        [4, { device: 'sdb' }],
      ],
    ]),
  ];
  assert.deepEqual(filter(...results), [
    { state: 'ok', errors: [], families: [[[1, { device: 'sda' }]]] },
    { state: 'ok', errors: [], families: [[[2, { device: 'sdb' }]]] },
    {
      state: 'failed',
      errors: ['Cannot emit node_size{device="sdb"} twice: the values are "2" and "4"'],
      families: [[[3, { device: 'sdc' }]]],
    },
  ]);
});

test('DuplicateSeriesFilter ignores the order of labels, and empty labels', () => {
  const samples: Series = [
    size,
    [
      [1, { device: 'sda', type: 'disk' }],
      [2, { type: 'disk', device: 'sda' }],
      [3, { device: 'sdb' }],
      [4, { type: '', device: 'sdb' }],
      [5, { device: 'disk', type: 'sda' }],
      [6, {}],
      [7, { device: '' }],
    ],
  ];
  const [{ families, errors } = { families: [], errors: [] }] = filter(resultOf('disk', samples));
  assert.deepEqual(
    families.map((all) => all.map(([value]) => value)),
    [[1, 3, 5, 6]],
  );
  assert.equal(errors.length, 1);
});

test('DuplicateSeriesFilter compares attributes by type and value', () => {
  const load = semconv.gauge('system.load', '1', 'Load.', ['cpu.logical_number']);
  const samples: Series = [
    load,
    [
      [1, { 'cpu.logical_number': 1 }],
      [2, { 'cpu.logical_number': '1' }],
      [3, { 'cpu.logical_number': true }],
      [4, { 'cpu.logical_number': 1 }],
    ],
  ];
  const [{ families } = { families: [] }] = filter(resultOf('load', samples));
  assert.deepEqual(
    families.map((all) => all.map(([value]) => value)),
    [[1, 2, 3]],
  );
});

test('DuplicateSeriesFilter removes a second histogram, and quotes both in the error', () => {
  const durations = histogram('node_seconds', 'Durations.');
  const [one, two] = [1, 2].map((count) => ({ bounds: [1], counts: [count], sum: count, count }));
  assert.ok(one && two);
  const samples: Series = [
    durations,
    [
      [one, {}],
      [two, {}],
    ],
  ];
  assert.deepEqual(filter(resultOf('requests', samples)), [
    {
      state: 'failed',
      errors: [
        `Cannot emit node_seconds twice: the values are ${JSON.stringify(JSON.stringify(one))} and ${JSON.stringify(JSON.stringify(two))}`,
      ],
      families: [[[one, {}]]],
    },
  ]);
});

test('DuplicateSeriesFilter leaves external families to the collector that merges their files', () => {
  const family = external('app_size', { help: 'Size.', type: 'gauge', labels: [] });
  const result = resultOf('textfile', [family, [[1, {}]]]);
  assert.deepEqual(filter(result), summary([result]));
});

test('DuplicateSeriesFilter finds a duplicate among the label sets of another family', () => {
  const [a, b, c]: readonly Labels[] = [{ device: 'sda' }, { device: 'sdb' }, { device: 'sdc' }];
  assert.ok(a && b && c);
  const families = [
    [a, b, c],
    [a, b, c],
    [a, c],
    [b, c],
    [a, c, c],
    [a, c, b],
    [a, c, { device: 'sda' }],
    [c, c],
  ];
  const states = families.map((labels) => {
    const series = (family: AnyFamily, of: readonly Labels[]): Series => [family, of.map((each) => [1, each])];
    return filter(resultOf('disk', series(size, [a, b, c]), series(used, labels)))[0]?.state;
  });
  assert.deepEqual(states, ['ok', 'ok', 'ok', 'ok', 'failed', 'ok', 'failed', 'failed']);
});

test('DuplicateSeriesFilter finds every duplicate, and nothing else', () => {
  const text = fc.constantFrom('', 'a', 'b', 'aa', 'ab', '0', '1');
  const labels = fc.record({ device: text, type: text }, { requiredKeys: [] });
  const pool = fc.array(labels, { minLength: 1, maxLength: 30 });
  // Families of a collector have the same label sets.
  const families = pool.chain((objects) =>
    fc.array(fc.array(fc.constantFrom(...objects), { maxLength: 60 }), { maxLength: 6 }),
  );
  fc.assert(
    fc.property(families, (all) => {
      const result = resultOf(
        'any',
        ...all.map(
          (each, index): Series => [gauge(`node_${index % 4}`, 'Any.'), each.map((object) => [index, object])],
        ),
      );
      const seen = new Set<string>();
      const expected = all.map((each, index) =>
        each.filter(({ device = '', type = '' }) => {
          const key = JSON.stringify([index % 4, device, type]);
          const isNew = !seen.has(key);
          seen.add(key);
          return isNew;
        }),
      );
      const [filtered] = new DuplicateSeriesFilter().filter([result]);
      assert.deepEqual(
        filtered?.families.map(({ samples }) => [...samples].map((sample) => sample.labels)),
        expected,
      );
    }),
  );
});

test('gather() drops the second sample of a series and reports the collector as failed', async () => {
  const observed: string[] = [];
  const gatherer = new Gatherer({
    host: openHost('/nowhere'),
    collectors: [
      createFakeCollector('good', (emit) => emit(1)),
      createFakeCollector('twice', (emit) => {
        emit(2);
        emit(3);
      }),
    ],
    selfMetrics: [],
    observe: ({ collector, state }) => observed.push(`${collector} ${state}`),
  });
  const { families, results } = await gatherer.gather({ deadline: performance.now() + 1000 });
  assert.deepEqual(
    families.map(({ family, samples }) => [family.name, [...samples].map(({ value }) => value)]),
    [
      ['node_good', [1]],
      ['node_twice', [2]],
    ],
  );
  assert.deepEqual(observed, ['good ok', 'twice failed']);
  assert.deepEqual(
    results.map(({ state }) => state),
    ['ok', 'failed'],
  );
});
