import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from '../../src/flags/suggest.ts';

test('suggest() returns the most similar name, and nothing without a similar name', () => {
  const names = ['web.listen-address', 'web.listen-port', 'log.level'];
  assert.equal(suggest('web.listen-adress', names), 'web.listen-address');
  assert.equal(suggest('loglevel', names), 'log.level');
  assert.equal(suggest('xyzzy', names), undefined);
});
