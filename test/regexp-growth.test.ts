import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { slowestMatch } from './support/regexp-growth.ts';
import { listRegExpLiterals } from './support/regexp-literals.ts';

/**
 * Maximum CPU time in milliseconds for a text of 4,000 characters. An expression with quadratic growth takes 10 ms, one with
 * cubic growth takes many seconds.
 */
const LIMIT_MS = 150;

const literals = listRegExpLiterals(join(import.meta.dirname, '../src'));

test('the sources contain literals of regular expressions', () => {
  assert.ok(literals.length > 150, String(literals.length));
});

test('every regular expression of the sources grows at most quadratically with the length of a text', () => {
  const slow = literals.flatMap(({ file, expression }) => {
    const { ms, text } = slowestMatch(expression, LIMIT_MS);
    return ms > LIMIT_MS ? [`${file}: ${expression} takes ${ms} ms for ${text}`] : [];
  });
  assert.deepEqual(slow, []);
});

test('slowestMatch() detects cubic and exponential growth', () => {
  for (const expression of [/^\s*([^:]*?)\s*:\s*(.*?)\s*$/, /^(?:a|a)*b/, /^(\d+)*x$/]) {
    assert.ok(slowestMatch(expression, LIMIT_MS).ms > LIMIT_MS, String(expression));
  }
});
