import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskQueue } from '../../src/http/task-queue.ts';

test('TaskQueue runs tasks in order', async () => {
  const queue = new TaskQueue();
  const order: number[] = [];
  for (const number of [1, 2, 3]) queue.add(() => order.push(number));
  assert.deepEqual(order, [1, 2, 3]);
});

test('TaskQueue leaves time for other events between tasks that take long', async (context) => {
  let now = 0;
  context.mock.method(performance, 'now', () => now);
  const queue = new TaskQueue();
  const order: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    queue.add(() => {
      now += 10;
      order.push(name);
    });
  }
  const turns = [[...order]];
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise(setImmediate);
    turns.push([...order]);
  }
  assert.deepEqual(turns, [['a'], ['a', 'b'], ['a', 'b', 'c']]);
});

test('TaskQueue runs a task at once when no other task waits', async () => {
  const queue = new TaskQueue();
  let isRun = false;
  queue.add(() => undefined);
  await new Promise(setImmediate);
  queue.add(() => {
    isRun = true;
  });
  assert.equal(isRun, true);
});
