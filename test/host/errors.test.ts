import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbsentError, ignoreErrno, ReadError } from '../../src/host/host.ts';

const ASLEEP = new Set(['EAGAIN']);
const fail = (error: Error) => (): never => {
  throw error;
};

test('unlessRefused() returns what was read', () => {
  assert.equal(
    ignoreErrno(ASLEEP, () => 17),
    17,
  );
});

test('unlessRefused() returns nothing for what is absent or refused with one of the codes', () => {
  assert.equal(ignoreErrno(ASLEEP, fail(new AbsentError('gone'))), undefined);
  assert.equal(ignoreErrno(ASLEEP, fail(new ReadError('asleep', { code: 'EAGAIN' }))), undefined);
});

test('unlessRefused() lets every other error pass', () => {
  assert.throws(() => ignoreErrno(ASLEEP, fail(new ReadError('broken', { code: 'EIO' }))), { message: 'broken' });
  assert.throws(() => ignoreErrno(ASLEEP, fail(new SyntaxError('damaged'))), SyntaxError);
});
