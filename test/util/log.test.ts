import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RepeatFilter } from '../../src/util/log.ts';

test('RepeatFilter passes the same message once a minute', () => {
  let now = 0;
  const repeats = new RepeatFilter(() => now);
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a'), repeats.isDue('b')], [true, false, true]);
  now = 59_999;
  assert.equal(repeats.isDue('a'), false);
  now = 60_000;
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a')], [true, false]);
});

test('RepeatFilter passes at most a thousand different messages a minute', () => {
  let now = 0;
  const repeats = new RepeatFilter(() => now);
  const due = Array.from({ length: 2000 }, (_, index) => repeats.isDue(`message ${index}`));
  assert.equal(due.filter(Boolean).length, 1000);
  now = 60_000;
  assert.equal(repeats.isDue('another'), true);
});
