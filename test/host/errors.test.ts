import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbsentError, ReadError, unlessRefused } from '../../src/host/host.ts';

const ASLEEP = new Set(['EAGAIN']);
const fail = (error: Error) => (): never => {
  throw error;
};

test('unlessRefused() returns what was read', () => {
  assert.equal(
    unlessRefused(ASLEEP, () => 17),
    17,
  );
});

test('unlessRefused() returns nothing for what is absent or refused with one of the codes', () => {
  assert.equal(unlessRefused(ASLEEP, fail(new AbsentError('gone'))), undefined);
  assert.equal(unlessRefused(ASLEEP, fail(new ReadError('asleep', { code: 'EAGAIN' }))), undefined);
});

test('unlessRefused() lets every other error pass', () => {
  assert.throws(() => unlessRefused(ASLEEP, fail(new ReadError('broken', { code: 'EIO' }))), { message: 'broken' });
  assert.throws(() => unlessRefused(ASLEEP, fail(new SyntaxError('damaged'))), SyntaxError);
});
