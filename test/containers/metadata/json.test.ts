import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../src/containers/metadata/json.ts';

test('parseJson() returns a text of any size that has few values', () => {
  const label = '"é'.repeat(2 ** 20);
  assert.deepEqual(parseJson(JSON.stringify({ label, list: [1, 2] })), { label, list: [1, 2] });
  assert.equal(Array(parseJson(JSON.stringify(Array(49_000).fill(0)))).flat().length, 49_000);
});

test('parseJson() rejects a text that would take much more memory than its size, without parsing the text', () => {
  const attacks = ['['.repeat(2 ** 23), `[${'{},'.repeat(2 ** 22)}0]`, `[${'0,'.repeat(50_000)}0]`];
  for (const text of attacks) {
    assert.throws(() => parseJson(text), new SyntaxError('expected at most 50000 values'));
  }
  assert.throws(() => parseJson('[1,2,3]', 2), new SyntaxError('expected at most 2 values'));
});
