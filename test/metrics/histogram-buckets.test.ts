import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistogramBuckets } from '../../src/metrics/histogram-buckets.ts';

test('HistogramBuckets counts an observation in its bucket and in all larger ones', () => {
  const buckets = new HistogramBuckets([1, 2, 4]);
  for (const value of [0.5, 2, 3, 9]) buckets.observe(value);
  assert.deepEqual(buckets.value, { bounds: [1, 2, 4], counts: [1, 2, 3], sum: 14.5, count: 4 });
});
