import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page, PageMemory } from '../../src/export/page.ts';

test('Page keeps what was written, however long it becomes', () => {
  const page = new Page(Buffer.alloc(10));
  let expected = '';
  for (let index = 0; index < 5000; index += 1) {
    page.write(`größe 🐳 ${index}\n`);
    page.copy(Buffer.from('kopie'));
    page.write(' 1e+21\n');
    expected += `größe 🐳 ${index}\nkopie 1e+21\n`;
  }
  assert.equal(page.bytes.toString(), expected);
});

test('Page is empty when nothing was written', () => {
  assert.equal(new Page(Buffer.alloc(10)).bytes.length, 0);
});

function pageOf(memory: PageMemory, text: string): Page {
  const page = new Page(memory.take());
  page.write(text);
  memory.measure(page);
  return page;
}

test('PageMemory gives a page the memory of one that is done with, and of no other', () => {
  const memory = new PageMemory();
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
  const memory = new PageMemory();
  const large = pageOf(memory, 'x'.repeat(2 ** 20));
  pageOf(memory, 'short');
  memory.giveBack(large);
  assert.ok(pageOf(memory, 'short').memory.length < 2 ** 18);
});
