import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PasswordQueue } from '../../../src/http/auth/password-queue.ts';
import type { Steps } from '../../../src/util/slices.ts';

/** Steps that record their name. Each step takes more time than a slice. */
function* slow(name: string, count: number, order: string[]): Steps<boolean> {
  for (let step = 0; step < count; step += 1) {
    order.push(name);
    const end = performance.now() + 3;
    while (performance.now() < end);
    yield;
  }
  return true;
}

test('PasswordQueue runs the comparisons of one client one after the other', async () => {
  const queue = new PasswordQueue();
  const order: string[] = [];
  await Promise.all(['a', 'b'].map((name) => queue.run('client', slow(name, 2, order))));
  assert.deepEqual(order, ['a', 'a', 'b', 'b']);
});

test('PasswordQueue alternates between clients', async () => {
  const queue = new PasswordQueue();
  const order: string[] = [];
  await Promise.all([
    queue.run('flood', slow('a', 2, order)),
    queue.run('flood', slow('b', 2, order)),
    queue.run('other', slow('c', 2, order)),
  ]);
  assert.deepEqual(order, ['a', 'c', 'a', 'c', 'b', 'b']);
});

test('PasswordQueue drops a random comparison of a client with more than 8', async () => {
  const queue = new PasswordQueue(() => 0.5);
  const results = await Promise.all(
    Array.from({ length: 9 }, (_, index) => queue.run('client', slow(String(index), 1, []))),
  );
  assert.deepEqual(results, [true, true, true, true, undefined, true, true, true, true]);
});

test('PasswordQueue drops a comparison of the client with the most if there are more than 32', async () => {
  const queue = new PasswordQueue(() => 0);
  const clients = ['a', 'a', ...Array.from({ length: 31 }, (_, index) => `client${index}`)];
  const results = await Promise.all(clients.map((client) => queue.run(client, slow('', 1, []))));
  assert.deepEqual(results, [undefined, ...new Array(32).fill(true)]);
});

test('PasswordQueue lets the event loop handle other events between slices', async () => {
  const queue = new PasswordQueue();
  const order: string[] = [];
  const done = queue.run('client', slow('step', 5, order));
  const interval = setInterval(() => order.push('event'), 0);
  await done;
  clearInterval(interval);
  assert.ok(order.slice(order.indexOf('step'), order.lastIndexOf('step')).includes('event'));
});
