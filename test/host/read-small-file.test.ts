import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSmallFile } from '../../src/host/read-small-file.ts';

const PREFIX = join(tmpdir(), 'small-file-');

test('readSmallFile() returns a file of the maximum size, and rejects a larger one', async () => {
  await using directory = await mkdtempDisposable(PREFIX);
  const path = join(directory.path, 'a');
  await writeFile(path, 'abc');
  assert.equal(readSmallFile(path, 3).toString(), 'abc');
  assert.throws(() => readSmallFile(path, 2), new RangeError('larger than 2 bytes'));
  await truncate(path, 2 ** 40);
  assert.throws(() => readSmallFile(path, 100), new RangeError('larger than 100 bytes'));
});

test('readSmallFile() rejects an endless file and a directory', () => {
  assert.throws(() => readSmallFile('/dev/zero', 1000), new RangeError('larger than 1000 bytes'));
  assert.throws(() => readSmallFile(tmpdir(), 1000), { code: 'EISDIR' });
  assert.equal(readSmallFile('/dev/null', 1000).length, 0);
});

test('readSmallFile() reads a pipe to its end', async () => {
  await using directory = await mkdtempDisposable(PREFIX);
  const path = join(directory.path, 'fifo');
  execFileSync('mkfifo', [path]);
  const writer = spawn('sh', ['-c', 'exec >"$0"; echo a; sleep 0.1; echo b', path]);
  const ended = once(writer, 'close');
  assert.equal(readSmallFile(path, 1000).toString(), 'a\nb\n');
  await ended;
});

test('readSmallFile() does not wait for ever for the writer of a pipe', async () => {
  await using directory = await mkdtempDisposable(PREFIX);
  const path = join(directory.path, 'fifo');
  execFileSync('mkfifo', [path]);
  assert.throws(() => readSmallFile(path, 1000, 20), new RangeError('no data within 20 ms'));
});
