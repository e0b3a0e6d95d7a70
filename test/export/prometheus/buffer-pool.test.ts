import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool } from '../../../src/export/prometheus/buffer-pool.ts';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';

function writePage(pool: BufferPool, text: string): TextBuffer {
  const page = new TextBuffer(pool.take());
  page.write(text);
  pool.measure(page);
  return page;
}

test('BufferPool reuses the memory of an exposition that was given back, and no other memory', () => {
  const pool = new BufferPool();
  const [first, second] = [writePage(pool, 'first'), writePage(pool, 'second')];
  assert.notEqual(first.memory, second.memory);
  pool.giveBack(first);
  const third = writePage(pool, 'third');
  assert.equal(third.memory, first.memory);
  assert.notEqual(writePage(pool, 'fourth').memory, first.memory);
  assert.deepEqual(
    [second, third].map(({ bytes }) => bytes.toString()),
    ['second', 'third'],
  );
});

test('BufferPool does not reuse memory that is much larger than the last exposition', () => {
  const pool = new BufferPool();
  const large = writePage(pool, 'x'.repeat(2 ** 20));
  writePage(pool, 'short');
  pool.giveBack(large);
  assert.ok(writePage(pool, 'short').memory.length < 2 ** 18);
});
