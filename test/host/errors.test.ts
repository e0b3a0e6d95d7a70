import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAt } from '../../src/host/errors.ts';
import { AbsentError, isAbsentOr, ReadError } from '../../src/host/host.ts';
import { parseDecimal } from '../../src/parse/lines.ts';
import { parseRows, type ReportProblem, tryParse } from '../../src/parse/rows.ts';

const CODES: ReadonlySet<string> = new Set(['EAGAIN', 'ENODATA']);

test('isAbsentOr() accepts an absent file and the given codes only', () => {
  assert.equal(isAbsentOr(new AbsentError('gone'), CODES), true);
  assert.equal(isAbsentOr(new ReadError('asleep', { code: 'EAGAIN' }), CODES), true);
  assert.equal(isAbsentOr(new ReadError('broken', { code: 'EIO' }), CODES), false);
  assert.equal(isAbsentOr(new ReadError('late', {}), CODES), false);
  assert.equal(isAbsentOr(new SyntaxError('damaged'), CODES), false);
});

const parseNumbers = (text: string, report: ReportProblem): number[] =>
  parseRows(text.split('\n'), (row) => tryParse(parseDecimal, row, report), report);

test('parseAt() reports the first five malformed rows and returns the others', () => {
  const messages: string[] = [];
  const rows = `${'x\n'.repeat(1500)}7`;
  assert.deepEqual(
    parseAt('/proc/x', rows, parseNumbers, ({ message }) => messages.push(message)),
    [7],
  );
  assert.deepEqual(messages, Array(5).fill('Cannot parse /proc/x: expected a number, got "x"'));
});

test('parseAt() rejects a file with more than 2,000 malformed rows, and restores the stack trace limit', () => {
  const limit = Error.stackTraceLimit;
  assert.throws(() => parseAt('/proc/x', 'x\n'.repeat(2001), parseNumbers, () => undefined), {
    name: 'SyntaxError',
    message: 'Cannot parse /proc/x: expected at most 2000 malformed rows and numbers',
  });
  assert.equal(Error.stackTraceLimit, limit);
});
