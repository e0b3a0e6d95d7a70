import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { KERNEL_FILE_LIMIT, type Reader, readRows, readSetting, readToEnd } from '../../src/host/read-sync.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * Replaces read(2) until the end of the test by a file of `size` bytes, and returns the sizes of the requested reads. As
 * in /proc/sys, a read of 4 MiB or more fails, and with `isWhole` only a read at position 0 returns text.
 */
function mockReads(context: TestContext, size: number, isWhole = false): number[] {
  const requested: number[] = [];
  const { readSync } = fs;
  const mock = (_descriptor: number, buffer: Buffer, offset: number, length: number, position: number): number => {
    requested.push(length);
    if (length >= 4 * MEBIBYTE) throw Object.assign(new Error('ENOMEM'), { code: 'ENOMEM' });
    const read = isWhole && position > 0 ? 0 : Math.min(length, Math.max(0, size - position));
    buffer.fill('x', offset, offset + read);
    return read;
  };
  fs.readSync = mock as typeof readSync;
  syncBuiltinESMExports();
  context.after(() => {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
  return requested;
}

/** Reads a file of 3 MiB, so that the buffer of the readers has 4 MiB. */
function growBuffer(context: TestContext): void {
  mockReads(context, 3 * MEBIBYTE);
  assert.equal(readToEnd(0).length, 3 * MEBIBYTE);
}

for (const [name, reader] of Object.entries<Reader>({ readToEnd, readRows, readSetting })) {
  test(`${name}() requests small reads at first, whatever was read before`, (context) => {
    growBuffer(context);
    const requested = mockReads(context, 100);
    assert.equal(reader(0), 'x'.repeat(100));
    assert.ok(Math.max(...requested) <= 64 * 1024, String(requested));
  });
}

test('readSetting() reads a long setting again as a whole, with sizes that the kernel accepts', (context) => {
  growBuffer(context);
  const requested = mockReads(context, 100_000, true);
  assert.equal(readSetting(0).length, 100_000);
  assert.deepEqual(requested, [1024, 64 * 1024, MEBIBYTE]);
});

test('readSetting() rejects a setting above 1 MiB', (context) => {
  mockReads(context, 2 * MEBIBYTE, true);
  assert.throws(() => readSetting(0), new RangeError('larger than 1048576 bytes'));
});

test('readToEnd() rejects an endless file, and reads the next file', (context) => {
  const { readSync } = fs;
  const endless = ((_descriptor: number, _buffer: Buffer, _offset: number, length: number) =>
    length) as typeof readSync;
  fs.readSync = endless;
  syncBuiltinESMExports();
  context.after(() => {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
  assert.throws(() => readToEnd(0), new RangeError(`larger than ${KERNEL_FILE_LIMIT} bytes`));
  mockReads(context, 100);
  assert.equal(readToEnd(0).length, 100);
});
