import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWallClock } from '../../src/host/wall-clock.ts';

test('startWallClock() goes on from the time of the host', () => {
  const clock = startWallClock();
  const [first, second] = [clock(), clock()];
  assert.ok(Math.abs(first - Date.now() / 1000) < 1);
  assert.ok(second >= first && second - first < 1);
});
