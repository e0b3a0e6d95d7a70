import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePageSize } from '../../src/host/page-size.ts';

function auxv(...numbers: readonly bigint[]): Buffer {
  // The bytes start at an odd offset, because the buffer may be a part of a larger one.
  return Buffer.concat([Buffer.from([1]), Buffer.from(new BigUint64Array(numbers).buffer)]).subarray(1);
}

test('parsePageSize() searches the keys, not the values', () => {
  assert.equal(parsePageSize(auxv(33n, 6n, 16n, 7n, 6n, 65536n, 0n, 0n)), 65536);
});

test('parsePageSize() returns undefined if the kernel reports no size', () => {
  assert.equal(parsePageSize(auxv(33n, 4096n, 0n, 0n)), undefined);
  assert.equal(parsePageSize(Buffer.from('abc')), undefined);
});
