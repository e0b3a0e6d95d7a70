import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LabelSet, NO_LABELS } from '../../src/metrics/label-set.ts';
import { Samples } from '../../src/metrics/samples.ts';

test('Samples returns the samples in the order in which they were added', () => {
  const samples = new Samples();
  const distribution = { bounds: [1], counts: [2], sum: 1, count: 2 };
  const sets = [{}, { device: 'sda' }, { device: 'sdb' }].map((labels) => new LabelSet(labels));
  const [none = NO_LABELS, sda = NO_LABELS, sdb = NO_LABELS] = sets;
  samples.push(Number.NaN, none);
  samples.push(0.5, sda, 1_700_000_000);
  samples.push(distribution, sdb);
  const all = [
    { value: Number.NaN, labels: {} },
    { value: 0.5, labels: { device: 'sda' }, startTime: 1_700_000_000 },
    { value: distribution, labels: { device: 'sdb' } },
  ];
  assert.deepEqual([...samples], all);
  assert.equal(samples.length, 3);
  const visited: unknown[] = [];
  samples.forEach((...sample) => {
    visited.push(sample);
  });
  assert.deepEqual(
    visited,
    all.map(({ value, startTime }, index) => [value, sets[index], startTime]),
  );
});

test('pushAll() copies samples with and without start times', () => {
  const [counters, gauges] = [new Samples(), new Samples()];
  counters.push(1, NO_LABELS, 7);
  gauges.push(2, NO_LABELS);
  const both = new Samples();
  both.pushAll(gauges);
  both.pushAll(counters);
  both.pushAll(gauges);
  assert.deepEqual(
    [...both],
    [
      { value: 2, labels: {} },
      { value: 1, labels: {}, startTime: 7 },
      { value: 2, labels: {} },
    ],
  );
  assert.equal(gauges.length, 1);
});
