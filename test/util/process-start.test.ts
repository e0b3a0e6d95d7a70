import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessStart } from '../../src/util/process-start.ts';

/** A process that started at Unix time 1000, 50 seconds after the boot, and has run for 5 seconds. */
function createClocks() {
  const state = { now: 1005, elapsed: 5, uptime: 55 };
  const advance = (seconds: number): void => {
    state.now += seconds;
    state.elapsed += seconds;
    state.uptime += seconds;
  };
  const clocks = { now: () => state.now, elapsed: () => state.elapsed, uptime: () => state.uptime };
  return { state, advance, start: new ProcessStart(clocks, 1000) };
}

test('ProcessStart.read() returns the same time while the clock is not set', () => {
  const { state, advance, start } = createClocks();
  advance(60);
  state.now += 0.4;
  assert.equal(start.read(), 1000);
});

test('ProcessStart.read() moves with a clock that is set forward or back', () => {
  const { state, advance, start } = createClocks();
  state.now += 1_700_000_000;
  assert.equal(start.read(), 1_700_001_000);
  advance(60);
  assert.equal(start.read(), 1_700_001_000);
  state.now -= 3600;
  assert.equal(start.read(), 1_699_997_400);
});

test('ProcessStart.read() returns the same time after the host was suspended', () => {
  const { state, start } = createClocks();
  state.now += 7200;
  state.uptime += 7200;
  assert.equal(start.read(), 1000);
});
