import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientGroup } from '../../../src/http/auth/client-group.ts';
import { parseCredentials } from '../../../src/http/auth/credentials.ts';
import { RateLimiter } from '../../../src/http/auth/rate-limiter.ts';

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('parseCredentials() splits at the first colon', () => {
  assert.deepEqual(parseCredentials(`Basic ${encode('dave:a:b')}`), { user: 'dave', password: Buffer.from('a:b') });
  assert.deepEqual(parseCredentials(`basic ${encode('jürgen:ü')}`), { user: 'jürgen', password: Buffer.from('ü') });
  assert.deepEqual(parseCredentials(`Basic ${encode(':')}`), { user: '', password: Buffer.alloc(0) });
});

for (const header of [
  undefined,
  '',
  'Basic',
  'Basic ',
  `Basic ${encode('dave')}`,
  `Bearer ${encode('a:b')}`,
  'Basic ä',
]) {
  test(`parseCredentials() rejects ${JSON.stringify(header)}`, () => {
    assert.equal(parseCredentials(header), undefined);
  });
}

test('parseCredentials() rejects a header of more than 4096 characters', () => {
  assert.equal(parseCredentials(`Basic ${encode(`a:${'b'.repeat(4000)}`)}`), undefined);
});

for (const [address, group] of [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, ''],
] as const) {
  test(`clientGroup() returns ${JSON.stringify(group)} for ${JSON.stringify(address)}`, () => {
    assert.equal(clientGroup(address), group);
  });
}

test('RateLimiter permits a burst, and then one request in each interval', () => {
  let now = 0;
  const limiter = new RateLimiter({ intervalMs: 100, burst: 2 }, () => now);
  const take = (time: number): boolean => {
    now = time;
    return limiter.take();
  };
  assert.deepEqual([0, 0, 0, 50, 100, 150, 1000, 1000, 1000].map(take), [
    true,
    true,
    false,
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
});
