import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallPool } from '../../src/host/call-pool.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('SlowCalls gives the answer', async () => {
  const calls = new CallPool(2);
  assert.equal(await calls.run('ask', 10_000, async () => 'answer'), 'answer');
  assert.deepEqual(calls.pending, []);
});

test('SlowCalls hands a failure on and is free again', async () => {
  const calls = new CallPool(2);
  await assert.rejects(
    calls.run('ask', 10_000, async () => {
      throw new RangeError('no');
    }),
    { name: 'RangeError', message: 'no' },
  );
  assert.deepEqual(calls.pending, []);
});

test('SlowCalls gives up at the deadline and does not ask again while the call hangs', async () => {
  const calls = new CallPool(2);
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

test('SlowCalls knows which calls hang', async () => {
  const calls = new CallPool(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const asked = calls.run('read /dead', 5, () => promise);
  assert.equal(calls.isStuck('read /dead'), false);
  await assert.rejects(asked, { code: 'ETIMEDOUT' });
  assert.equal(calls.isStuck('read /dead'), true);
  resolve('back');
  await promise;
  assert.equal(calls.isStuck('read /dead'), false);
});

test('SlowCalls lets callers with one key share one call', async () => {
  const calls = new CallPool(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const impatient = calls.run('ask', 5, () => promise);
  const patient = calls.run('ask', 10_000, never);
  await assert.rejects(impatient, { code: 'ETIMEDOUT' });
  resolve('answer');
  assert.equal(await patient, 'answer');
});

test('SlowCalls starts no more calls than it has threads, and the others in their order when one comes back', async () => {
  const calls = new CallPool(2);
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (name: string): Promise<string> =>
    calls.run(name, 10_000, () => {
      started.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    });
  const asked = ['a', 'b', 'c', 'd'].map(ask);
  assert.deepEqual(started, ['a', 'b']);
  assert.deepEqual(calls.pending, ['a', 'b']);
  ends[1]?.();
  assert.equal(await asked[1], 'b');
  assert.deepEqual(started, ['a', 'b', 'c']);
  ends[0]?.();
  ends[2]?.();
  await asked[2];
  ends[3]?.();
  assert.deepEqual(await Promise.all(asked), ['a', 'b', 'c', 'd']);
  assert.deepEqual(calls.pending, []);
});

test('SlowCalls never starts a call whose turn comes too late', async () => {
  const calls = new CallPool(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = ['a', 'b'].map((name) => calls.run(name, 10_000, () => promise));
  let asked = 0;
  const ask = async (): Promise<void> => {
    asked += 1;
  };
  const busy = { code: 'EBUSY', message: 'Cannot wait: 2 calls hang already' };
  await assert.rejects(calls.run('wait', 5, ask), busy);
  resolve('answer');
  await Promise.all(slow);
  assert.equal(asked, 0);
  await calls.run('wait', 10_000, ask);
  assert.equal(asked, 1);
});

test('SlowCalls refuses at once when all threads hang', async () => {
  const calls = new CallPool(2);
  const dead = ['/dead/1', '/dead/2'].map((path) => calls.run(path, 5, never));
  await Promise.allSettled(dead);
  let asked = 0;
  await assert.rejects(
    calls.run('read /fine', 10_000, async () => {
      asked += 1;
    }),
    { code: 'EBUSY', message: 'Cannot read /fine: 2 calls hang already' },
  );
  assert.equal(asked, 0);
});
