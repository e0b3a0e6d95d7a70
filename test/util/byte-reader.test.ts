import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader } from '../../src/util/byte-reader.ts';

test('ByteReader reads big-endian numbers and bytes in order', () => {
  const reader = new ByteReader(Buffer.from('01fffffffeffffffff0000000000000002fffffffffffffffe0a0b0c', 'hex'));
  assert.deepEqual(
    [reader.uint8(), reader.int32(), reader.uint32(), reader.uint64(), reader.int64(), reader.position],
    [1, -2, 0xffff_ffff, 2n, -2n, 25],
  );
  reader.skip(1);
  assert.deepEqual([reader.isAtEnd, reader.read(2), reader.isAtEnd], [false, Buffer.from([11, 12]), true]);
});

test('ByteReader throws a SyntaxError if the bytes end too early', () => {
  const reader = new ByteReader(Buffer.alloc(3));
  reader.skip(1);
  const error = { name: 'SyntaxError', message: 'expected 4 bytes at byte 1' };
  assert.throws(() => reader.uint32(), error);
  assert.throws(() => reader.read(4), error);
  assert.equal(reader.position, 1);
});
