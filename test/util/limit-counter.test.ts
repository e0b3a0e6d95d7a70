import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS, LimitCounter } from '../../src/util/limit-counter.ts';

test('LimitCounter counts each limit, and reports only the first time that a limit is exceeded', () => {
  const first: string[] = [];
  const counter = new LimitCounter((limit) => first.push(limit));
  counter.count('containers', 5);
  counter.count('containers', 2);
  counter.count('label_bytes');
  assert.deepEqual(first, ['containers', 'label_bytes']);
  assert.deepEqual(
    [...counter.counts],
    LIMITS.map((limit) => [limit, { containers: 7, label_bytes: 1 }[String(limit)] ?? 0]),
  );
});
