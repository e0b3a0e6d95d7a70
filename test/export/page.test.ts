import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../../src/export/page.ts';

test('Page keeps what was written, however long it becomes', () => {
  const page = new Page(10);
  let expected = '';
  for (let index = 0; index < 5000; index += 1) {
    page.write(`größe 🐳 ${index}\n`);
    page.copy(Buffer.from('kopie'));
    page.writeAscii(' 1e+21\n');
    expected += `größe 🐳 ${index}\nkopie 1e+21\n`;
  }
  assert.equal(page.bytes.toString(), expected);
});

test('Page is empty when nothing was written', () => {
  assert.equal(new Page().bytes.length, 0);
});
