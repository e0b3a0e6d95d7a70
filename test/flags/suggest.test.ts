import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from '../../src/flags/suggest.ts';

test('suggest() returns the most similar name, and nothing without a similar name', () => {
  const names = ['web.listen-address', 'web.listen-port', 'log.level'];
  assert.equal(suggest('web.listen-adress', names), 'web.listen-address');
  assert.equal(suggest('loglevel', names), 'log.level');
  assert.equal(suggest('xyzzy', names), undefined);
});

test('suggest() compares a name only with candidates of a similar length', () => {
  let comparisons = 0;
  // The comparison reads each character of a candidate.
  const candidate = new Proxy(new String('log.level'), {
    get(target, key) {
      if (key === '0') comparisons += 1;
      return Reflect.get(target, key);
    },
  }) as unknown as string;
  suggest('x'.repeat(9), [candidate]);
  assert.equal(comparisons, 9);
  suggest('x'.repeat(60), [candidate]);
  assert.equal(comparisons, 9);
});
