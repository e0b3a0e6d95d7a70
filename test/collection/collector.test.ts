import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt, attemptAll } from '../../src/collection/collector.ts';
import { AbsentError, type Host } from '../../src/host/host.ts';
import { openHost } from '../support/host-tree.ts';

function createHost(): { host: Host; messages: string[] } {
  const messages: string[] = [];
  return { host: openHost('/nowhere').forCollector(({ message }) => messages.push(message)), messages };
}

function fail(error: Error): () => never {
  return () => {
    throw error;
  };
}

test('attempt() returns the result of a part, and reports why a part failed', async () => {
  const { host, messages } = createHost();
  assert.equal(
    attempt(host, () => 1),
    1,
  );
  assert.equal(await attempt(host, async () => 2), 2);
  assert.equal(attempt(host, fail(new Error('sync'))), undefined);
  assert.equal(await attempt(host, () => Promise.reject(new Error('async'))), undefined);
  assert.equal(
    attempt(host, fail(new AggregateError([new Error('a'), new AbsentError('gone'), new Error('b')]))),
    undefined,
  );
  assert.deepEqual(messages, ['sync', 'async', 'a', 'b']);
});

test('attempt() reports nothing for a part that is absent', async () => {
  const { host, messages } = createHost();
  assert.equal(attempt(host, fail(new AbsentError('gone'))), undefined);
  assert.equal(await attempt(host, () => Promise.reject(new AbsentError('gone'))), undefined);
  assert.deepEqual(messages, []);
});

test('attemptAll() runs each part, whatever happens to the others', () => {
  const { host, messages } = createHost();
  const done: string[] = [];
  attemptAll(host, [fail(new Error('first')), fail(new AbsentError('second')), () => done.push('third')]);
  assert.deepEqual({ messages, done }, { messages: ['first'], done: ['third'] });
});

test('attemptAll() throws an AbsentError only if all parts are absent', () => {
  const { host, messages } = createHost();
  assert.throws(() => attemptAll(host, [fail(new AbsentError('first')), fail(new AbsentError('second'))]), {
    name: 'AbsentError',
    message: 'first',
  });
  attemptAll(host, [fail(new AbsentError('first')), fail(new Error('second'))]);
  assert.deepEqual(messages, ['second']);
});
