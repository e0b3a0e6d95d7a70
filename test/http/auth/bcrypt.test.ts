import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSync } from 'bcryptjs';
import fc from 'fast-check';
import { compareSteps, costOf } from '../../../src/http/auth/bcrypt.ts';

/** Compares at once, and returns the result and the number of steps. */
function compare(password: string | Buffer, hash: string): { readonly isEqual: boolean; readonly steps: number } {
  const steps = compareSteps(Buffer.from(password), hash);
  for (let count = 0; ; count += 1) {
    const { done, value } = steps.next();
    if (done === true) return { isEqual: value, steps: count };
  }
}

/** Hashes of other programs: crypt_blowfish of Openwall, and htpasswd. */
const HASHES = [
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
] as const;

for (const [password, hash] of HASHES) {
  test(`compareSteps() accepts ${JSON.stringify(password)} for ${hash}`, () => {
    assert.equal(compare(password, hash).isEqual, true);
    assert.equal(compare(password, hash.replace('$2a', '$2y')).isEqual, true);
    assert.equal(compare(`${password}1`, hash).isEqual, false);
  });
}

test('compareSteps() accepts the hashes of bcryptjs for the same password only', () => {
  const password = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(password, password, (one, other) => {
      const hash = hashSync(one, 4);
      assert.equal(compare(one, hash).isEqual, true);
      // A NUL character is part of a password, and also ends each password.
      assert.equal(compare(other, hash).isEqual, one.replace(/\0+$/, '') === other.replace(/\0+$/, ''));
    }),
    { numRuns: 100 },
  );
});

test('compareSteps() uses 72 bytes of a password', () => {
  const hash = hashSync('x'.repeat(72), 4);
  assert.equal(compare('x'.repeat(100), hash).isEqual, true);
  assert.equal(compare('x'.repeat(71), hash).isEqual, false);
});

test('compareSteps() takes as many steps for a wrong password as for the right one', () => {
  const hash = hashSync('right', 6);
  assert.equal(costOf(hash), 6);
  assert.deepEqual(compare('right', hash), { isEqual: true, steps: 64 });
  assert.deepEqual(compare('wrong', hash), { isEqual: false, steps: 64 });
});
