import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInSlices, type Steps } from '../../src/util/slices.ts';

function* slowSteps(count: number): Steps<string> {
  for (let step = 0; step < count; step += 1) {
    const end = performance.now() + 4;
    while (performance.now() < end);
    yield;
  }
  return 'result';
}

test('runInSlices() returns the result, and lets the event loop run between slices', async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  let checks = 0;
  const result = await runInSlices(slowSteps(20), () => {
    checks += 1;
  });
  isDone = true;
  assert.equal(result, 'result');
  assert.ok(checks >= 3, String(checks));
  assert.ok(turns >= checks, `${turns} ${checks}`);
});

test('runInSlices() stops when the time is over', async () => {
  const late = (): never => {
    throw new Error('late');
  };
  await assert.rejects(runInSlices(slowSteps(20), late), { message: 'late' });
});
