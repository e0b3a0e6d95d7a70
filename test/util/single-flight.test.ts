import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SingleFlight } from '../../src/util/single-flight.ts';

test('SingleFlight runs the task once for callers that wait at the same time', async () => {
  let runs = 0;
  const flight = new SingleFlight(async () => {
    runs += 1;
    await new Promise(setImmediate);
    return runs;
  });
  assert.deepEqual(await Promise.all([flight.run(), flight.run(), flight.run()]), [1, 1, 1]);
  assert.equal(await flight.run(), 2);
});

test('SingleFlight rests for four times the duration of the task', async (context) => {
  let now = 100;
  context.mock.method(performance, 'now', () => now);
  let runs = 0;
  const flight = new SingleFlight(async () => {
    runs += 1;
    now += 50;
  });
  await flight.run();
  now += 200;
  const isRun = flight.run().then(() => true);
  // The task runs without a timer when the rest is over.
  assert.equal(await Promise.race([isRun, new Promise(setImmediate)]), true);
  assert.equal(runs, 2);
  now += 150;
  assert.equal(
    await Promise.race([flight.run(), new Promise((resolve) => setImmediate(resolve, 'resting'))]),
    'resting',
  );
});

test('SingleFlight passes an error to all callers and runs the task again later', async () => {
  let runs = 0;
  const flight = new SingleFlight(async () => {
    runs += 1;
    if (runs === 1) throw new Error('first');
    return runs;
  });
  const results = await Promise.allSettled([flight.run(), flight.run()]);
  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && String(result.reason)),
    ['Error: first', 'Error: first'],
  );
  assert.equal(await flight.run(), 2);
});
