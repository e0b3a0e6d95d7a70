import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBody } from '../../src/host/read-body.ts';

async function* chunksOf(size: number, count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(size, index % 256);
}

test('readBody() joins chunks of any size', async () => {
  const expected = Buffer.concat(Array.from({ length: 300 }, (_, index) => Buffer.alloc(1000, index % 256)));
  assert.deepEqual(await readBody('/run/a.sock', chunksOf(1000, 300)), expected);
  assert.deepEqual(await readBody('/run/a.sock', chunksOf(1, 0)), Buffer.alloc(0));
});

test('readBody() holds neither the chunks of a body nor an unlimited body', async () => {
  const body = await readBody('/run/a.sock', chunksOf(1, 100_000));
  assert.equal(body.length, 100_000);
  assert.ok(body.buffer.byteLength <= 2 * 100_000 + 65_536);
  await assert.rejects(
    readBody('/run/a.sock', chunksOf(2 ** 20, 1024)),
    /^ReadError: Cannot read \/run\/a\.sock: response larger than \d+ bytes$/,
  );
});
