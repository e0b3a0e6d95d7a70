import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlowCalls } from '../../src/host/slow-calls.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('SlowCalls gives the answer', async () => {
  const calls = new SlowCalls();
  assert.equal(await calls.run('ask', 10_000, async () => 'answer'), 'answer');
  assert.deepEqual(calls.pending, []);
});

test('SlowCalls hands a failure on and is free again', async () => {
  const calls = new SlowCalls();
  await assert.rejects(
    calls.run('ask', 10_000, async () => {
      throw new RangeError('no');
    }),
    { name: 'RangeError', message: 'no' },
  );
  assert.deepEqual(calls.pending, []);
});

test('SlowCalls gives up at the deadline and does not ask again while the call hangs', async () => {
  const calls = new SlowCalls();
  const answer = Promise.withResolvers<string>();
  let asked = 0;
  const ask = (): Promise<string> => {
    asked += 1;
    return answer.promise;
  };
  const late = { code: 'ETIMEDOUT', message: 'Cannot read /dead: no answer within 5 ms' };
  await assert.rejects(calls.run('read /dead', 5, ask), late);
  await assert.rejects(calls.run('read /dead', 5, ask), late);
  assert.equal(asked, 1);
  assert.deepEqual(calls.pending, ['read /dead']);

  answer.resolve('back');
  await answer.promise;
  assert.equal(await calls.run('read /dead', 10_000, async () => 'asked again'), 'asked again');
});

test('SlowCalls starts no more calls than the program can spare threads for', async () => {
  const calls = new SlowCalls();
  const hanging = Array.from({ length: 16 }, (_, index) => calls.run(`read /dead/${index}`, 5, never));
  await assert.rejects(
    calls.run('read /fine', 10_000, async () => 'answer'),
    {
      code: 'EBUSY',
      message: 'Cannot read /fine: 16 calls hang already',
    },
  );
  assert.equal((await Promise.allSettled(hanging)).filter(({ status }) => status === 'rejected').length, 16);
});
