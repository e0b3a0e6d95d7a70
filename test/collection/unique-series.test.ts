import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LabelCache } from '../../src/collection/label-cache.ts';
import { SampleBuffer } from '../../src/collection/sample-buffer.ts';
import { UniqueSeries } from '../../src/collection/unique-series.ts';
import { LabelSet } from '../../src/metrics/label-set.ts';
import { type Attributes, gauge } from '../../src/metrics/metric.ts';
import { Samples } from '../../src/metrics/samples.ts';
import { fc } from '../support/fast-check.ts';

const family = gauge('node_test', 'A value of the test.', ['a', 'b']);

function samplesOf(...all: readonly Attributes[]): Samples {
  const samples = new Samples();
  for (const labels of all) samples.push(1, new LabelSet(labels));
  return samples;
}

function finds(title: string, all: readonly Attributes[], expected: readonly number[]): void {
  test(`findDuplicates() ${title}`, () => {
    const unique = new UniqueSeries();
    assert.deepEqual(unique.findDuplicates(family, samplesOf(...all)), expected);
    assert.deepEqual(unique.findDuplicates(family, samplesOf(...all)), expected);
  });
}

finds('returns nothing for different series', [{ a: '1' }, { a: '2' }, { b: '1' }, { a: '1', b: '1' }, {}], []);
finds('returns every repetition of a series', [{ a: '1' }, { a: '2' }, { a: '1' }, { a: '1' }], [2, 3]);
finds(
  'ignores the order of the labels',
  [
    { a: '1', b: '2' },
    { b: '2', a: '1' },
    { a: '2', b: '1' },
  ],
  [1],
);
finds('treats an empty label as an absent label', [{ a: '1', b: '' }, { a: '1' }, { b: '' }, {}], [1, 3]);
finds('distinguishes a number from a text', [{ a: 1 }, { a: '1' }], []);
finds('returns the repetition of a series without labels', [{}, {}], [1]);

test('findDuplicates() distinguishes label sets with the same hash', () => {
  const [first, second] = findCollision();
  assert.equal(new LabelSet(first).hash, new LabelSet(second).hash);
  const all = [first, second, {}, second, first];
  assert.deepEqual(new UniqueSeries().findDuplicates(family, samplesOf(...all)), [3, 4]);
});

/** Returns two labels whose sets have the same hash: the birthday paradox needs about 80,000 sets of 32 bits. */
function findCollision(): readonly [Attributes, Attributes] {
  const byHash = new Map<number, Attributes>();
  for (let number = 0; ; number += 1) {
    const labels = { a: `${number}` };
    const { hash } = new LabelSet(labels);
    const other = byHash.get(hash);
    if (other !== undefined) return [other, labels];
    byHash.set(hash, labels);
  }
}

test('findDuplicates() finds a series that was new, vanished, returned or changed its place', () => {
  const unique = new UniqueSeries();
  const [x, y, z] = [new LabelSet({ a: 'x' }), new LabelSet({ a: 'y' }), new LabelSet({ a: 'z' })];
  const again = new LabelSet({ a: 'x' });
  const check = (...sets: readonly LabelSet[]) => {
    const samples = new Samples();
    for (const set of sets) samples.push(1, set);
    return unique.findDuplicates(family, samples);
  };
  assert.deepEqual(check(x, y), []);
  assert.deepEqual(check(x, y, again), [2]);
  assert.deepEqual(check(again, y, x), [2]);
  assert.deepEqual(check(y, z), []);
  assert.deepEqual(check(z, y, x), []);
  assert.deepEqual(check(x, z, y, z), [3]);
  assert.deepEqual(check(x), []);
  assert.deepEqual(check(x, x), [1]);
  assert.deepEqual(check(x, y, z), []);
});

test('findDuplicates() finds exactly the repetitions in any sequence of passes', () => {
  const label = fc.constantFrom(undefined, '', '0', '1', '2');
  const labels = fc.tuple(label, label, fc.boolean()).map(([a, b, isReversed]) => (isReversed ? { b, a } : { a, b }));
  const passes = fc.array(fc.array(labels, { maxLength: 12 }), { maxLength: 8 });
  fc.assert(
    fc.property(passes, (all) => {
      const [cache, unique, collector] = [new LabelCache(), new UniqueSeries(), {}];
      for (const pass of all) {
        const buffer = new SampleBuffer('prometheus', { sequence: cache.startRun('prometheus', collector) });
        for (const each of pass) buffer.emit(family, 1, each);
        const keys = pass.map(({ a, b }) => JSON.stringify([a || '', b || '']));
        const repetitions = [...keys.entries()].filter(([index, key]) => keys.indexOf(key) < index);
        const [first] = buffer.finish();
        const duplicates = first === undefined ? [] : unique.findDuplicates(family, first.samples);
        assert.deepEqual(
          duplicates,
          repetitions.map(([index]) => index),
        );
      }
    }),
    { numRuns: 2000 },
  );
});
