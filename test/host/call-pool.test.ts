import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallPool } from '../../src/host/call-pool.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('CallPool.run() returns the result of the call', async () => {
  const calls = new CallPool(2);
  assert.equal(await calls.run('read /a', 10_000, async () => 'text'), 'text');
  assert.deepEqual(calls.pending, []);
});

test('CallPool.run() throws the error of the call, and then has no pending call', async () => {
  const calls = new CallPool(2);
  await assert.rejects(
    calls.run('read /a', 10_000, async () => {
      throw new RangeError('no');
    }),
    { name: 'RangeError', message: 'no' },
  );
  assert.deepEqual(calls.pending, []);
});

test('CallPool.run() times out and does not start the call again while it is stuck', async () => {
  const calls = new CallPool(2, 5);
  const result = Promise.withResolvers<string>();
  let starts = 0;
  const start = (): Promise<string> => {
    starts += 1;
    return result.promise;
  };
  const late = { code: 'ETIMEDOUT', message: 'Cannot read /dead: no answer within 50 ms' };
  await assert.rejects(calls.run('read /dead', 50, start), late);
  const stuck = { code: 'ETIMEDOUT', message: 'Cannot read /dead: the last call has not ended' };
  await assert.rejects(calls.run('read /dead', 600_000, start), stuck);
  assert.equal(starts, 1);
  assert.deepEqual(calls.pending, ['read /dead']);

  result.resolve('first');
  await result.promise;
  assert.equal(await calls.run('read /dead', 10_000, async () => 'second'), 'second');
});

test('CallPool.isStuck() does not depend on the deadlines of callers', async () => {
  const calls = new CallPool(2, 600_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  await assert.rejects(
    calls.run('read /slow', 1, () => promise),
    { code: 'ETIMEDOUT' },
  );
  assert.equal(calls.isStuck('read /slow'), false);
  assert.equal(calls.isRunning('read /slow'), true);
  const patient = calls.run('read /slow', 600_000, never);
  resolve('text');
  assert.equal(await patient, 'text');
});

test('CallPool.isStuck() returns true from the time limit of the call until the call returns', async () => {
  const calls = new CallPool(2, 5);
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = calls.run('read /dead', 50, () => promise);
  assert.equal(calls.isStuck('read /dead'), false);
  await assert.rejects(running, { code: 'ETIMEDOUT' });
  assert.equal(calls.isStuck('read /dead'), true);
  resolve('text');
  await promise;
  assert.equal(calls.isStuck('read /dead'), false);
});

test('CallPool.run() shares one call between callers with the same key', async () => {
  const calls = new CallPool(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const impatient = calls.run('read /a', 5, () => promise);
  const patient = calls.run('read /a', 10_000, never);
  await assert.rejects(impatient, { code: 'ETIMEDOUT' });
  resolve('text');
  assert.equal(await patient, 'text');
});

test('CallPool.run() starts the calls beyond the limit in their order, each when another one returns', async () => {
  const calls = new CallPool(2);
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const run = (name: string): Promise<string> =>
    calls.run(name, 10_000, () => {
      started.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    });
  const running = ['a', 'b', 'c', 'd'].map(run);
  assert.deepEqual(started, ['a', 'b']);
  assert.deepEqual(calls.pending, ['a', 'b']);
  ends[1]?.();
  assert.equal(await running[1], 'b');
  assert.deepEqual(started, ['a', 'b', 'c']);
  ends[0]?.();
  ends[2]?.();
  await running[2];
  ends[3]?.();
  assert.deepEqual(await Promise.all(running), ['a', 'b', 'c', 'd']);
  assert.deepEqual(calls.pending, []);
});

test('CallPool.run() never starts a queued call that has timed out', async () => {
  const calls = new CallPool(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = ['a', 'b'].map((name) => calls.run(name, 10_000, () => promise));
  let starts = 0;
  const start = async (): Promise<void> => {
    starts += 1;
  };
  const busy = { code: 'EBUSY', message: 'Cannot wait: 2 calls are stuck' };
  await assert.rejects(calls.run('wait', 5, start), busy);
  resolve('text');
  await Promise.all(slow);
  assert.equal(starts, 0);
  await calls.run('wait', 10_000, start);
  assert.equal(starts, 1);
});

test('CallPool.run() throws for queued calls when as many calls as the limit are stuck, whatever their deadlines', async () => {
  const calls = new CallPool(2, 5);
  const dead = ['/dead/1', '/dead/2'].map((path) => calls.run(path, 100, never));
  const queued = ['/dead/3', '/dead/3', '/dead/4'];
  const results = await Promise.allSettled(queued.map((path) => calls.run(path, 600_000, never)));
  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && result.reason.message),
    queued.map((path) => `Cannot ${path}: 2 calls are stuck`),
  );
  assert.deepEqual(calls.pending, ['/dead/1', '/dead/2']);
  await Promise.allSettled(dead);
});

test('CallPool.run() throws at once when as many calls as the limit are stuck', async () => {
  const calls = new CallPool(2, 5);
  const dead = ['/dead/1', '/dead/2'].map((path) => calls.run(path, 50, never));
  await Promise.allSettled(dead);
  let starts = 0;
  await assert.rejects(
    calls.run('read /fine', 10_000, async () => {
      starts += 1;
    }),
    { code: 'EBUSY', message: 'Cannot read /fine: 2 calls are stuck' },
  );
  assert.equal(starts, 0);
});

test('CallPool.run() gives up before its timeout if the remaining time becomes shorter', async () => {
  const calls = new CallPool(2);
  const { promise } = Promise.withResolvers<never>();
  let remaining = 60_000;
  const running = calls.run(
    'read /dead',
    () => remaining,
    () => promise,
  );
  remaining = 1;
  await assert.rejects(running, { code: 'ETIMEDOUT' });
  assert.equal(calls.isStuck('read /dead'), false);
});
