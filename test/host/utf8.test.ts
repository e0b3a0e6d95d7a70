import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8 } from '../../src/host/utf8.ts';

const decode = (...bytes: number[]): string => decodeUtf8(Buffer.from(bytes), bytes.length);
const decodeText = (text: string): string => decodeUtf8(Buffer.from(text), Buffer.byteLength(text));

test('decodeUtf8() decodes characters of one to four bytes', () => {
  assert.equal(decodeText('aä€\u{1f525}\n'), 'aä€\u{1f525}\n');
});

test('decodeUtf8() replaces each run of bytes that are not UTF-8 by one U+FFFD', () => {
  assert.equal(decode(0xff, 0xfe, 0x80, 0x61, 0xc3, 0x28, 0xff), '\uFFFDa\uFFFD(\uFFFD');
});

test('decodeUtf8() replaces an incomplete character by one U+FFFD', () => {
  assert.equal(decode(0x61, 0xf0, 0x9f, 0x94), 'a\uFFFD');
});

test('decodeUtf8() keeps each U+FFFD of the text', () => {
  assert.equal(decodeText('\uFFFD\uFFFDx'), '\uFFFD\uFFFDx');
});
