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

test('PasswordQueue runs one comparison of a client at a time', async () => {
  const queue = new PasswordQueue(() => 0);
  const order: string[] = [];
  await Promise.all(['a', 'b', 'c'].map((name) => queue.run('client', slow(name, 2, order))));
  assert.deepEqual(order, ['a', 'a', 'b', 'b', 'c', 'c']);
});

test('PasswordQueue alternates between clients', async () => {
  const queue = new PasswordQueue();
  const order: string[] = [];
  await Promise.all([
    queue.run('flood', slow('a', 3, order)),
    queue.run('flood', slow('b', 3, order)),
    queue.run('other', slow('c', 3, order)),
  ]);
  assert.deepEqual(order.slice(0, 4).toSorted(), ['a', 'a', 'c', 'c']);
  assert.deepEqual(order.slice(-3), ['b', 'b', 'b']);
});

test('PasswordQueue drops a random waiting comparison of a client with more than 64, but not the running one', async () => {
  const queue = new PasswordQueue(() => 0);
  const results = await Promise.all(Array.from({ length: 67 }, () => queue.run('client', slow('', 0, []))));
  assert.deepEqual(results, [true, undefined, undefined, ...new Array(64).fill(true)]);
});

test('PasswordQueue runs the comparisons of 32 clients at the same time, and then those of other clients', async () => {
  const queue = new PasswordQueue();
  const order: string[] = [];
  const clients = Array.from({ length: 33 }, (_, index) => String(index));
  await Promise.all(clients.map((client) => queue.run(client, slow(client, 2, order))));
  assert.equal(new Set(order.slice(0, 32)).size, 32);
  assert.ok(order.indexOf('32') >= 32);
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
