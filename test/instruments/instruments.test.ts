import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counter, gauge, histogram, summary } from '../../src/index.ts';
import type { EmitValidated, Instrument } from '../../src/instruments/instrument.ts';
import { SeriesMap } from '../../src/instruments/series-map.ts';
import { fc } from '../support/fast-check.ts';

/** What a family keeps: `[value, labels]`, in the order in which the label sets began. */
function kept(family: Instrument): unknown[] {
  const all: unknown[] = [];
  const emit: EmitValidated = (_, value, labels) => all.push([value, labels]);
  family.collect(emit);
  return all;
}

test('counter() counts by label set, one or more at a time', () => {
  const requests = counter('requests_total', 'Requests.', ['code', 'method']);
  requests.inc({ code: '200', method: 'get' });
  requests.inc(2.5, { method: 'get', code: '200' });
  requests.inc({ code: '404', method: 'get' });
  assert.deepEqual(kept(requests), [
    [3.5, { code: '200', method: 'get' }],
    [1, { code: '404', method: 'get' }],
  ]);
});

test('counter() without labels counts, too', () => {
  const errors = counter('errors_total', 'Errors.');
  assert.deepEqual(kept(errors), []);
  errors.inc();
  errors.inc(2);
  assert.deepEqual(kept(errors), [[3, {}]]);
});

test('counter() adds nothing that is less than nothing, or no number', () => {
  const errors = counter('errors_total', 'Errors.');
  assert.throws(() => errors.inc(-1), new RangeError('Cannot add -1 to errors_total: a counter only grows'));
  assert.throws(() => errors.inc(Number.NaN), new RangeError('Cannot add NaN to errors_total: a counter only grows'));
  assert.deepEqual(kept(errors), []);
});

test('counter() refuses labels that were not declared, are missing or are no text', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  // JavaScript: nothing is checked before it runs.
  const inc = requests.inc as (labels: unknown) => void;
  assert.throws(
    () => inc({ code: '200', methd: 'get' }),
    new TypeError('Cannot keep requests_total: label "methd" was not declared'),
  );
  assert.throws(() => inc({ cod: '200' }), new TypeError('Cannot keep requests_total: label "cod" was not declared'));
  assert.throws(() => inc({}), new TypeError('Cannot keep requests_total: label "code" is no text'));
  assert.throws(() => inc({ code: 200 }), new TypeError('Cannot keep requests_total: label "code" is no text'));
  assert.deepEqual(kept(requests), []);
});

test('counter() forgets a label set that is removed, and begins anew when it comes back', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  requests.inc(5, { code: '200' });
  requests.inc({ code: '500' });
  assert.equal(requests.remove({ code: '200' }), true);
  assert.equal(requests.remove({ code: '200' }), false);
  assert.deepEqual(kept(requests), [[1, { code: '500' }]]);
  requests.inc({ code: '200' });
  assert.deepEqual(kept(requests), [
    [1, { code: '500' }],
    [1, { code: '200' }],
  ]);
  requests.clear();
  assert.deepEqual(kept(requests), []);
});

test('counter() does not change when the labels that it was given do', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  const labels = { code: '200' };
  requests.inc(labels);
  labels.code = '500';
  assert.deepEqual(kept(requests), [[1, { code: '200' }]]);
});

test('gauge() keeps what it was set to last', () => {
  const temperature = gauge('temperature_celsius', 'Temperature.', ['sensor']);
  temperature.set(20, { sensor: 'a' });
  temperature.set(-3.5, { sensor: 'a' });
  assert.deepEqual(kept(temperature), [[-3.5, { sensor: 'a' }]]);
  assert.throws(
    () => temperature.set(Number.NaN, { sensor: 'a' }),
    new TypeError('Cannot set temperature_celsius to NaN: it is no number'),
  );
  temperature.remove({ sensor: 'a' });
  assert.deepEqual(kept(temperature), []);
});

test('histogram() counts observations in its buckets', () => {
  const durations = histogram('duration_seconds', 'Durations.', ['route'], { buckets: [0.1, 1] });
  for (const seconds of [0.05, 0.1, 0.5, 5]) durations.observe(seconds, { route: '/' });
  assert.deepEqual(kept(durations), [[{ bounds: [0.1, 1], counts: [2, 3], sum: 5.65, count: 4 }, { route: '/' }]]);
});

test('histogram() refuses buckets that do not ascend, and what is no finite number', () => {
  assert.throws(
    () => histogram('h', 'H.', [], { buckets: [1, 1] }),
    new RangeError('Cannot declare h: its buckets do not ascend: 1, 1'),
  );
  const plain = histogram('h', 'H.');
  assert.throws(
    () => plain.observe(Number.POSITIVE_INFINITY),
    new TypeError('Cannot observe Infinity in h: it is no finite number'),
  );
  assert.deepEqual(kept(plain), []);
});

test('quantiles() is within half a percent of the observed values, of both signs and of any size', () => {
  const value = fc.oneof(
    fc.double({ min: 1e-2, max: 1e6, noNaN: true }),
    fc.double({ min: -1e6, max: -1e-2, noNaN: true }),
    fc.constant(0),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
      const family = summary('q', 'Q.', [], { quantiles: [0, 0.5, 0.9, 1] });
      for (const each of values) family.observe(each);
      const sorted = values.toSorted((a, b) => a - b);
      const [[value]] = kept(family) as [[{ quantiles: [number, number][]; count: number }]];
      assert.equal(value.count, values.length);
      for (const [quantile, found] of value.quantiles) {
        const exact = sorted[Math.floor(quantile * (values.length - 1))] ?? Number.NaN;
        assert.ok(Math.abs(found - exact) <= Math.abs(exact) * 0.005 + 1e-9, `${quantile}: ${found}, not ${exact}`);
      }
    }),
  );
});

test('quantiles() keeps a bounded sketch, whatever is observed', () => {
  const family = summary('q', 'Q.', [], { quantiles: [0.5, 1] });
  for (let exponent = -300; exponent <= 300; exponent += 1) family.observe(10 ** exponent);
  const [[value]] = kept(family) as [[{ quantiles: [number, number][]; count: number }]];
  assert.equal(value.count, 601);
  // What no longer fits is added to the smallest values: the largest stay right.
  assert.ok(Math.abs((value.quantiles[1]?.[1] ?? 0) / 1e300 - 1) <= 0.005);
});

test('quantiles() of nothing are NaN, and those asked for ascend from 0 to 1', () => {
  const family = summary('q', 'Q.', [], { quantiles: [0.5] });
  family.initialize();
  assert.deepEqual(kept(family), [[{ quantiles: [[0.5, Number.NaN]], sum: 0, count: 0 }, {}]]);
  assert.throws(
    () => summary('q', 'Q.', [], { quantiles: [0.9, 0.5] }),
    new RangeError('Cannot declare q: its quantiles do not ascend from 0 to 1: 0.9, 0.5'),
  );
  assert.throws(() => summary('q', 'Q.', [], { quantiles: [50] }), RangeError);
  assert.throws(() => family.observe(Number.NaN), TypeError);
});

test('LabelSets tells label sets apart whatever characters are in them', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([a, b]) => JSON.stringify([a, b]) }),
      (pairs) => {
        const sets = new SeriesMap('f', ['a', 'b'], () => ({ pairs: 0 }));
        for (const [a, b] of pairs) sets.at({ a, b }).pairs += 1;
        assert.deepEqual(
          [...sets.all].map(({ labels, cell }) => [labels['a'], labels['b'], cell.pairs]),
          pairs.map(([a, b]) => [a, b, 1]),
        );
      },
    ),
  );
});
