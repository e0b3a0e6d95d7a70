import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counter, gauge, histogram, summary } from '../../src/index.ts';
import type { EmitValidated, Instrument } from '../../src/instruments/instrument.ts';
import { SeriesMap } from '../../src/instruments/series-map.ts';
import { fc } from '../support/fast-check.ts';

/** Returns `[value, labels]` of each series, in the order of their creation. */
function seriesOf(instrument: Instrument): unknown[] {
  const series: unknown[] = [];
  const emit: EmitValidated = (_, value, labels) => series.push([value, labels]);
  instrument.collect(emit);
  return series;
}

test('counter() counts by labels, by 1 or by an amount', () => {
  const requests = counter('requests_total', 'Requests.', ['code', 'method']);
  requests.inc({ code: '200', method: 'get' });
  requests.inc(2.5, { method: 'get', code: '200' });
  requests.inc({ code: '404', method: 'get' });
  assert.deepEqual(seriesOf(requests), [
    [3.5, { code: '200', method: 'get' }],
    [1, { code: '404', method: 'get' }],
  ]);
});

test('counter() without labels counts in one series', () => {
  const errors = counter('errors_total', 'Errors.');
  assert.deepEqual(seriesOf(errors), []);
  errors.inc();
  errors.inc(2);
  assert.deepEqual(seriesOf(errors), [[3, {}]]);
});

test('counter() rejects negative amounts and NaN', () => {
  const errors = counter('errors_total', 'Errors.');
  const expected = 'expected a number that is not negative';
  assert.throws(() => errors.inc(-1), new RangeError(`Cannot add -1 to errors_total: ${expected}`));
  assert.throws(() => errors.inc(Number.NaN), new RangeError(`Cannot add NaN to errors_total: ${expected}`));
  assert.deepEqual(seriesOf(errors), []);
});

test('counter() rejects labels that are missing, undeclared or not strings', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  // Call the method as from JavaScript, where no compiler checks the labels.
  const inc = requests.inc as (labels: unknown) => void;
  const undeclared = (label: string) => new TypeError(`Cannot change requests_total: label "${label}" is not declared`);
  const notString = new TypeError('Cannot change requests_total: expected a string for label "code"');
  assert.throws(() => inc({ code: '200', methd: 'get' }), undeclared('methd'));
  assert.throws(() => inc({ cod: '200' }), undeclared('cod'));
  assert.throws(() => inc({}), notString);
  assert.throws(() => inc({ code: 200 }), notString);
  assert.deepEqual(seriesOf(requests), []);
});

test('counter() starts at 0 again after its series was removed', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  requests.inc(5, { code: '200' });
  requests.inc({ code: '500' });
  assert.equal(requests.remove({ code: '200' }), true);
  assert.equal(requests.remove({ code: '200' }), false);
  assert.deepEqual(seriesOf(requests), [[1, { code: '500' }]]);
  requests.inc({ code: '200' });
  assert.deepEqual(seriesOf(requests), [
    [1, { code: '500' }],
    [1, { code: '200' }],
  ]);
  requests.clear();
  assert.deepEqual(seriesOf(requests), []);
});

test('counter() copies the labels of a series', () => {
  const requests = counter('requests_total', 'Requests.', ['code']);
  const labels = { code: '200' };
  requests.inc(labels);
  labels.code = '500';
  assert.deepEqual(seriesOf(requests), [[1, { code: '200' }]]);
});

test('gauge() holds the last value', () => {
  const temperature = gauge('temperature_celsius', 'Temperature.', ['sensor']);
  temperature.set(20, { sensor: 'a' });
  temperature.set(-3.5, { sensor: 'a' });
  assert.deepEqual(seriesOf(temperature), [[-3.5, { sensor: 'a' }]]);
  assert.throws(
    () => temperature.set(Number.NaN, { sensor: 'a' }),
    new TypeError('Cannot set temperature_celsius to NaN: expected a number'),
  );
  temperature.remove({ sensor: 'a' });
  assert.deepEqual(seriesOf(temperature), []);
});

test('histogram() counts observations in its buckets', () => {
  const durations = histogram('duration_seconds', 'Durations.', ['route'], { buckets: [0.1, 1] });
  for (const seconds of [0.05, 0.1, 0.5, 5]) durations.observe(seconds, { route: '/' });
  assert.deepEqual(seriesOf(durations), [[{ bounds: [0.1, 1], counts: [2, 3], sum: 5.65, count: 4 }, { route: '/' }]]);
});

test('histogram() rejects buckets that do not ascend and observations that are not finite', () => {
  assert.throws(
    () => histogram('h', 'H.', [], { buckets: [1, 1] }),
    new RangeError('Cannot declare h: expected ascending buckets instead of 1, 1'),
  );
  const plain = histogram('h', 'H.');
  assert.throws(
    () => plain.observe(Number.POSITIVE_INFINITY),
    new TypeError('Cannot observe Infinity in h: expected a finite number'),
  );
  assert.deepEqual(seriesOf(plain), []);
});

test('summary() returns quantiles within half a percent of observed values, of both signs and any size', () => {
  const value = fc.oneof(
    fc.double({ min: 1e-2, max: 1e6, noNaN: true }),
    fc.double({ min: -1e6, max: -1e-2, noNaN: true }),
    fc.constant(0),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
      const instrument = summary('q', 'Q.', [], { quantiles: [0, 0.5, 0.9, 1] });
      for (const each of values) instrument.observe(each);
      const sorted = values.toSorted((a, b) => a - b);
      const [[value]] = seriesOf(instrument) as [[{ quantiles: [number, number][]; count: number }]];
      assert.equal(value.count, values.length);
      for (const [quantile, actual] of value.quantiles) {
        const exact = sorted[Math.floor(quantile * (values.length - 1))] ?? Number.NaN;
        assert.ok(Math.abs(actual - exact) <= Math.abs(exact) * 0.005 + 1e-9, `${quantile}: ${actual}, not ${exact}`);
      }
    }),
  );
});

test('summary() has bounded memory and stays accurate for large values', () => {
  const instrument = summary('q', 'Q.', [], { quantiles: [0.5, 1] });
  for (let exponent = -300; exponent <= 300; exponent += 1) instrument.observe(10 ** exponent);
  const [[value]] = seriesOf(instrument) as [[{ quantiles: [number, number][]; count: number }]];
  assert.equal(value.count, 601);
  // A full sketch merges the bins of the smallest values.
  assert.ok(Math.abs((value.quantiles[1]?.[1] ?? 0) / 1e300 - 1) <= 0.005);
});

test('summary() returns NaN without observations, and rejects quantiles that do not ascend from 0 to 1', () => {
  const instrument = summary('q', 'Q.', [], { quantiles: [0.5] });
  instrument.initialize();
  assert.deepEqual(seriesOf(instrument), [[{ quantiles: [[0.5, Number.NaN]], sum: 0, count: 0 }, {}]]);
  assert.throws(
    () => summary('q', 'Q.', [], { quantiles: [0.9, 0.5] }),
    new RangeError('Cannot declare q: expected ascending quantiles from 0 to 1 instead of 0.9, 0.5'),
  );
  assert.throws(() => summary('q', 'Q.', [], { quantiles: [50] }), RangeError);
  assert.throws(() => instrument.observe(Number.NaN), TypeError);
});

test('SeriesMap distinguishes label values with any characters', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([a, b]) => JSON.stringify([a, b]) }),
      (pairs) => {
        const series = new SeriesMap('f', ['a', 'b'], () => ({ count: 0 }));
        for (const [a, b] of pairs) series.getOrCreate({ a, b }).count += 1;
        assert.deepEqual(
          [...series.all].map(({ labels, accumulator }) => [labels['a'], labels['b'], accumulator.count]),
          pairs.map(([a, b]) => [a, b, 1]),
        );
      },
    ),
  );
});
