import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutText } from '../../src/util/cut-text.ts';

const longTexts = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '"', '\n'), minLength: 60, maxLength: 300 });

test('cutText() returns a text unchanged that fits', () => {
  for (const text of ['', 'sda', 'a'.repeat(64), 'é'.repeat(32), '😀'.repeat(16)])
    assert.equal(cutText(text, 64), text);
});

test('cutText() returns the start of a long text, an ellipsis and a hash of the text', () => {
  assert.equal(cutText('a'.repeat(65), 64), `${'a'.repeat(45)}…635361c48bb9eab1`);
});

test('cutText() never cuts inside a character and returns at most the maximum', () => {
  fc.assert(
    fc.property(longTexts, fc.integer({ min: 64, max: 200 }), (text, max) => {
      const short = cutText(text, max);
      assert.ok(Buffer.byteLength(short) <= max);
      assert.ok(short.isWellFormed() && !short.includes('\uFFFD'));
      const start = short === text ? text : short.slice(0, -17);
      assert.ok(text.startsWith(start));
    }),
  );
});

test('cutText() returns different texts for different texts, and the same text for its own result', () => {
  const short = cutText(`${'a'.repeat(1000)}b`, 64);
  assert.notEqual(short, cutText(`${'a'.repeat(1000)}c`, 64));
  fc.assert(
    fc.property(longTexts, (text) => {
      assert.equal(cutText(cutText(text, 64), 64), cutText(text, 64));
    }),
  );
});
