import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUnsigned, splitLines } from '../../src/parse/lines.ts';
import { parseColumns, parseRows, raise, reportIn, tryParse, visitRows } from '../../src/parse/rows.ts';

/** Returns the result and the messages of the reported problems. */
function withProblems<T>(parse: (report: (problem: SyntaxError) => void) => T): { result: T; problems: string[] } {
  const problems: string[] = [];
  const result = parse(({ message }) => problems.push(message));
  return { result, problems };
}

const ROWS = splitLines('1\n\nx\nskip\n4\n');

function parseRow(row: string, index: number): [number, number] | undefined {
  return row === 'skip' ? undefined : [index, parseUnsigned(row)];
}

test('parseRows() returns the good rows, skips those without a result and reports the others', () => {
  assert.deepEqual(
    withProblems((report) => parseRows(ROWS, parseRow, report)),
    {
      result: [
        [0, 1],
        [3, 4],
      ],
      problems: ['expected a number, got "x"'],
    },
  );
  assert.throws(() => parseRows(ROWS, parseRow, raise), { name: 'SyntaxError', message: 'expected a number, got "x"' });
});

test('parseRows() throws an error that is not about the text', () => {
  const failing = (): never => {
    throw new RangeError('no');
  };
  assert.throws(() => withProblems((report) => parseRows(['a'], failing, report)), RangeError);
});

test('parseRows() adds the row to a message that does not quote it', () => {
  const parseSecond = (row: string): number => parseUnsigned(row.split(' ')[1] ?? '');
  assert.deepEqual(
    withProblems((report) => parseRows(['a 1', 'b two'], parseSecond, report)),
    { result: [1], problems: ['expected a number, got "two" in "b two"'] },
  );
});

test('visitRows() visits each line that is not empty and reports the lines for which the visit throws', () => {
  const text = 'a\n\nbad\nc';
  const visited: string[] = [];
  const { problems } = withProblems((report) =>
    visitRows(
      text,
      (start, end) => {
        const line = text.slice(start, end);
        if (line === 'bad') throw new SyntaxError('a bad line');
        visited.push(line);
      },
      report,
    ),
  );
  assert.deepEqual({ visited, problems }, { visited: ['a', 'c'], problems: ['a bad line in "bad"'] });
});

test('tryParse() returns undefined for a text that the parser rejects, and reports it in its row', () => {
  assert.deepEqual(
    withProblems((report) => tryParse(parseUnsigned, '7', report)),
    { result: 7, problems: [] },
  );
  assert.deepEqual(
    withProblems((report) => tryParse(parseUnsigned, '-7', reportIn('limit -7', report))),
    { result: undefined, problems: ['expected an unsigned number, got "-7" in "limit -7"'] },
  );
});

test('parseColumns() returns undefined for each column that is no count', () => {
  assert.deepEqual(
    withProblems((report) => parseColumns('cpu0 1 x 3 -4 5', 'cpu0'.length, report)),
    {
      result: [1, undefined, 3, undefined, 5],
      problems: [
        'expected an unsigned integer, got "x" in "cpu0 1 x 3 -4 5"',
        'expected an unsigned integer, got "-4" in "cpu0 1 x 3 -4 5"',
      ],
    },
  );
  assert.deepEqual(
    withProblems((report) => parseColumns('1 2', 0, report)),
    { result: [1, 2], problems: [] },
  );
});
