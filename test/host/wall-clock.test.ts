import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWallClock } from '../../src/host/wall-clock.ts';

test('startWallClock() continues from the time of the host', () => {
  const before = Date.now() / 1000;
  const clock = startWallClock();
  const [first, second] = [clock(), clock()];
  // Add 1 ms, because Date.now() rounds down to whole milliseconds.
  const after = Date.now() / 1000 + 0.001;
  const shown = `${before} ${first} ${second} ${after}`;
  assert.ok(before <= first && first <= second && second <= after, shown);
});
