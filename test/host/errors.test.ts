import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbsentError, isAbsentOr, ReadError } from '../../src/host/host.ts';

const CODES: ReadonlySet<string> = new Set(['EAGAIN', 'ENODATA']);

test('isAbsentOr() accepts an absent file and the given codes only', () => {
  assert.equal(isAbsentOr(new AbsentError('gone'), CODES), true);
  assert.equal(isAbsentOr(new ReadError('asleep', { code: 'EAGAIN' }), CODES), true);
  assert.equal(isAbsentOr(new ReadError('broken', { code: 'EIO' }), CODES), false);
  assert.equal(isAbsentOr(new ReadError('late', {}), CODES), false);
  assert.equal(isAbsentOr(new SyntaxError('damaged'), CODES), false);
});
