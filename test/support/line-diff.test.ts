import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineDiff, MAX_DIFF_LINES } from './line-diff.ts';

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

test('lineDiff() returns nothing for equal texts', () => {
  assert.equal(lineDiff(text(['a', 'b']), text(['a', 'b'])), '');
});

const differences: readonly (readonly [what: string, expected: string[], actual: string[], diff: string[]])[] = [
  ['a changed line', ['a', 'b', 'c'], ['a', 'x', 'c'], ['- b', '+ x']],
  ['an added line', ['a', 'c'], ['a', 'b', 'c'], ['+ b']],
  ['a removed line', ['a', 'b', 'c'], ['a', 'c'], ['- b']],
  ['lines after the end', ['a'], ['a', 'b', 'c'], ['+ b', '+ c']],
  ['two separate changes', ['a', 'b', 'c', 'd', 'e'], ['a', 'x', 'c', 'd', 'y'], ['- b', '+ x', '- e', '+ y']],
  ['a line that recurs', ['a', 'a', 'b'], ['a', 'b'], ['- a']],
  ['texts that share no line', ['a', 'b'], ['x'], ['- a', '- b', '+ x']],
];

for (const [what, expected, actual, diff] of differences) {
  test(`lineDiff() shows ${what}`, () => {
    assert.deepEqual(lineDiff(text(expected), text(actual)).split('\n'), diff);
  });
}

test(`lineDiff() returns at most ${MAX_DIFF_LINES} lines of two pages that differ everywhere`, () => {
  const page = (value: number): string => text(Array.from({ length: 5000 }, (_, index) => `series_${index} ${value}`));
  const lines = lineDiff(page(1), page(2)).split('\n');
  assert.equal(lines.length, MAX_DIFF_LINES);
  assert.equal(lines[0], '- series_0 1');
  assert.equal(lines.at(-1), '… and 9961 more lines');
});
