import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';

test('TextBuffer holds text that is longer than its memory', () => {
  const buffer = new TextBuffer(Buffer.alloc(10));
  let expected = '';
  for (let index = 0; index < 5000; index += 1) {
    buffer.write(`größe 🐳 ${index}\n`);
    buffer.copy(Buffer.from('copy'));
    buffer.write(' 1e+21\n');
    expected += `größe 🐳 ${index}\ncopy 1e+21\n`;
  }
  assert.equal(buffer.bytes.toString(), expected);
});

test('writeInteger() writes integers as String() does', () => {
  const numbers = [0, 1, 9, 10, 99, 100, 999_999_999, 1e9, 1_000_000_001, 4_294_967_296, Number.MAX_SAFE_INTEGER];
  for (let power = 1; power < 16; power += 1) numbers.push(10 ** power - 1, 10 ** power, 10 ** power + 7);
  for (const number of numbers) {
    const buffer = new TextBuffer(Buffer.alloc(1));
    buffer.writeInteger(number);
    assert.equal(buffer.bytes.toString(), String(number));
  }
});

test('writeEncoded() appends one byte for each character', () => {
  const buffer = new TextBuffer(Buffer.alloc(1));
  for (const text of ['{größe="🐳"', '', `{id="${'0123456789'.repeat(20)}"`]) {
    buffer.writeEncoded(Buffer.from(text).toString('latin1'));
  }
  assert.equal(buffer.bytes.toString(), `{größe="🐳"{id="${'0123456789'.repeat(20)}"`);
});

test('a new TextBuffer is empty', () => {
  assert.equal(new TextBuffer(Buffer.alloc(10)).bytes.length, 0);
});
