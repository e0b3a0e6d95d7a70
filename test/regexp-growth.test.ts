import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { slowestMatch } from './support/regexp-growth.ts';
import { listRegExpLiterals } from './support/regexp-literals.ts';

/**
 * Maximum CPU time in milliseconds for a text of 12,000 characters. An expression with linear growth takes less than 1 ms,
 * one with quadratic growth takes 50 ms.
 */
const LIMIT_MS = 15;

const literals = listRegExpLiterals(join(import.meta.dirname, '../src'));

test('the sources contain literals of regular expressions', () => {
  assert.ok(literals.length > 150, String(literals.length));
});

test('every regular expression of the sources grows at most linearly with the length of a text', () => {
  const slow = literals.flatMap(({ file, expression }) => {
    const { ms, text } = slowestMatch(expression, LIMIT_MS);
    return ms > LIMIT_MS ? [`${file}: ${expression} takes ${ms} ms for ${text}`] : [];
  });
  assert.deepEqual(slow, []);
});

test('slowestMatch() detects quadratic and exponential growth', () => {
  for (const expression of [/_+$/, /^(?:a|a)*b/, /^(\d+)*x$/]) {
    assert.ok(slowestMatch(expression, LIMIT_MS).ms > LIMIT_MS, String(expression));
  }
});
