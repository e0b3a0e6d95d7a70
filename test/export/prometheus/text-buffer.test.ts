import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';
import type { TextRange } from '../../../src/metrics/label-cache.ts';

test('Page keeps what was written, however long it becomes', () => {
  const page = new TextBuffer(Buffer.alloc(10));
  let expected = '';
  for (let index = 0; index < 5000; index += 1) {
    page.write(`größe 🐳 ${index}\n`);
    page.copy(Buffer.from('kopie'));
    page.write(' 1e+21\n');
    expected += `größe 🐳 ${index}\nkopie 1e+21\n`;
  }
  assert.equal(page.bytes.toString(), expected);
});

test('Page writes whole numbers as String() does', () => {
  const numbers = [0, 1, 9, 10, 99, 100, 999_999_999, 1e9, 1_000_000_001, 4_294_967_296, Number.MAX_SAFE_INTEGER];
  for (let power = 1; power < 16; power += 1) numbers.push(10 ** power - 1, 10 ** power, 10 ** power + 7);
  for (const number of numbers) {
    const page = new TextBuffer(Buffer.alloc(1));
    page.writeWhole(number);
    assert.equal(page.bytes.toString(), String(number));
  }
});

test('Page writes again what was marked in it, and not what was marked in another', () => {
  const [page, other] = [new TextBuffer(Buffer.alloc(10)), new TextBuffer(Buffer.alloc(10))];
  const create = (): TextRange => ({ page: 0, start: 0, length: 0, extended: undefined });
  const [short, long, unknown] = [create(), create(), create()];
  const texts = new Map([
    [short, '{größe="🐳"}'],
    [long, `{id="${'0123456789'.repeat(20)}"}`],
  ]);
  for (const [span, text] of texts) {
    const start = page.length;
    page.write(text);
    page.mark(span, start);
  }
  assert.deepEqual(
    [long, short, unknown, long].map((span) => page.repeat(span)),
    [true, true, false, true],
  );
  const expected = [short, long, long, short, long].map((span) => texts.get(span));
  assert.equal(page.bytes.toString(), expected.join(''));
  assert.deepEqual([other.repeat(short), other.length], [false, 0]);
});

test('Page is empty when nothing was written', () => {
  assert.equal(new TextBuffer(Buffer.alloc(10)).bytes.length, 0);
});

function pageOf(memory: BufferPool, text: string): TextBuffer {
  const page = new TextBuffer(memory.take());
  page.write(text);
  memory.measure(page);
  return page;
}

test('PageMemory gives a page the memory of one that is done with, and of no other', () => {
  const memory = new BufferPool();
  const [first, second] = [pageOf(memory, 'first'), pageOf(memory, 'second')];
  assert.notEqual(first.memory, second.memory);
  memory.giveBack(first);
  const third = pageOf(memory, 'third');
  assert.equal(third.memory, first.memory);
  assert.notEqual(pageOf(memory, 'fourth').memory, first.memory);
  assert.deepEqual(
    [second, third].map(({ bytes }) => bytes.toString()),
    ['second', 'third'],
  );
});

test('PageMemory keeps nothing that is much too large', () => {
  const memory = new BufferPool();
  const large = pageOf(memory, 'x'.repeat(2 ** 20));
  pageOf(memory, 'short');
  memory.giveBack(large);
  assert.ok(pageOf(memory, 'short').memory.length < 2 ** 18);
});
