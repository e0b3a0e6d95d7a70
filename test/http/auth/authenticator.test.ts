import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSync } from 'bcryptjs';
import { Authenticator } from '../../../src/http/auth/authenticator.ts';
import { PasswordQueue } from '../../../src/http/auth/password-queue.ts';
import type { Steps } from '../../../src/util/slices.ts';

/** Runs comparisons at once, and counts their steps. */
class StepCounter extends PasswordQueue {
  readonly counts: number[] = [];

  override async run(_client: string, steps: Steps<boolean>): Promise<boolean | undefined> {
    for (let count = 0; ; count += 1) {
      const { done, value } = steps.next();
      if (done !== true) continue;
      this.counts.push(count);
      return value;
    }
  }
}

const USERS = new Map([
  ['alice', hashSync('alice123', 4)],
  ['bob', hashSync('bob123', 5)],
]);

function createAuthenticator(users: ReadonlyMap<string, string> = USERS) {
  const queue = new StepCounter();
  const authenticator = new Authenticator(queue);
  const check = (user: string, password: string, changed = users) =>
    authenticator.check({ credentials: { user, password: Buffer.from(password) }, users: changed, client: 'a' });
  return { check, counts: queue.counts };
}

test('Authenticator compares correct credentials once, and wrong credentials each time', async () => {
  const { check, counts } = createAuthenticator();
  assert.deepEqual([await check('alice', 'alice123'), await check('alice', 'alice123')], [true, true]);
  assert.deepEqual([await check('alice', 'bad'), await check('alice', 'bad')], [false, false]);
  assert.deepEqual(counts, [16, 16, 16]);
});

test('Authenticator compares the password of an unknown user with a hash of the highest cost', async () => {
  const { check, counts } = createAuthenticator();
  assert.equal(await check('carol', 'bad'), false);
  assert.equal(await check('bob', 'bad'), false);
  assert.deepEqual(counts, [32, 32]);
});

test('Authenticator shares a comparison between simultaneous requests with the same credentials', async () => {
  const { check, counts } = createAuthenticator();
  assert.deepEqual(await Promise.all([check('bob', 'bob123'), check('bob', 'bob123')]), [true, true]);
  assert.deepEqual(counts, [32]);
});

test('Authenticator compares again after the hash of the user has changed', async () => {
  const { check, counts } = createAuthenticator();
  assert.equal(await check('alice', 'alice123'), true);
  assert.equal(await check('alice', 'alice123', new Map([['alice', hashSync('other', 4)]])), false);
  assert.deepEqual(counts, [16, 16]);
});

test('Authenticator does not confuse user, hash and password of the cache', async () => {
  const hash = hashSync('alice123', 4);
  const { check } = createAuthenticator(new Map([['alice', hash]]));
  assert.equal(await check('alice', 'alice123'), true);
  assert.equal(await check('alice', `${hash}alice123`), false);
  assert.equal(await check(`alice${hash}`, 'alice123'), false);
  assert.equal(await check('', 'alice123'), false);
});

test('Authenticator caches the 100 credentials that were used last', async () => {
  const users = new Map(Array.from({ length: 101 }, (_, index) => [`user${index}`, USERS.get('alice') ?? '']));
  const { check, counts } = createAuthenticator(users);
  for (const user of users.keys()) assert.equal(await check(user, 'alice123'), true);
  assert.equal(await check('user1', 'alice123'), true);
  assert.equal(counts.length, 101);
  assert.equal(await check('user0', 'alice123'), true);
  assert.equal(counts.length, 102);
});
