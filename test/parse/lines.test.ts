import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  linesOf,
  parseDecimal,
  parseIntegerFile,
  parseLine,
  parseNumberFile,
  parseText,
  parseUnsigned,
  quote,
  wordsOf,
} from '../../src/parse/lines.ts';
import { describeParser } from '../support/parser.ts';

const decimal = describeParser('parseDecimal', parseDecimal);
decimal.accepts('a whole number', '42', 42);
decimal.accepts('a negative number', '-1', -1);
decimal.accepts('decimals', '0.57', 0.57);
decimal.accepts('the largest u64 as the nearest double', '18446744073709551615', 18446744073709552000);
decimal.refuses('an empty text', '', 'expected a number instead of ""');
decimal.refuses('a blank', ' 1', 'expected a number instead of " 1"');
decimal.refuses('an exponent', '1e3', 'expected a number instead of "1e3"');
decimal.refuses('hexadecimal', '0x10', 'expected a number instead of "0x10"');
decimal.refuses('nan', 'nan', 'expected a number instead of "nan"');
decimal.refuses('infinity', 'inf', 'expected a number instead of "inf"');
decimal.survives('42', '-0.57');

const unsigned = describeParser('parseUnsigned', parseUnsigned);
unsigned.accepts('zero', '0', 0);
unsigned.refuses('a negative number', '-1', 'expected a number that is not negative instead of "-1"');

const numberFile = describeParser('parseNumberFile', parseNumberFile);
numberFile.accepts('a number and a newline', '17\n', 17);
numberFile.accepts('a number alone', '17', 17);
numberFile.refuses('two numbers', '17 18\n', 'expected a number instead of "17 18"');

test('parseLine() takes off the newline and nothing else', () => {
  assert.equal(parseLine('a name \n'), 'a name ');
  assert.equal(parseLine('a name'), 'a name');
});

test('linesOf() leaves empty lines out', () => {
  assert.deepEqual(linesOf('a\n\nb\n'), ['a', 'b']);
  assert.deepEqual(linesOf(''), []);
});

test('wordsOf() parts at blanks and tabs', () => {
  assert.deepEqual(wordsOf('  a\t b  '), ['a', 'b']);
});

test('quote() cuts what is too long for a log line', () => {
  assert.equal(quote('a "b"\n'), '"a \\"b\\"\\n"');
  assert.equal(quote('9'.repeat(1000)), `"${'9'.repeat(80)}…"`);
});

test('parseText() takes off the blanks around a line', () => {
  assert.equal(parseText(' a name \n'), 'a name');
});

const integerFile = describeParser('parseIntegerFile', parseIntegerFile);
integerFile.accepts('a number and a newline', '-17\n', -17);
integerFile.accepts('hexadecimal', '0x1F\n', 31);
integerFile.refuses('decimals', '0.5\n', 'expected a whole number instead of "0.5"');
integerFile.refuses('an empty file', '\n', 'expected a whole number instead of ""');
integerFile.survives('-17\n', '0x1F\n');
