import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  linesOf,
  linesThatBegin,
  parseCountFile,
  parseCounts,
  parseDecimal,
  parseHex,
  parseIntegerFile,
  parseLine,
  parseNumberFile,
  parseSwitchFile,
  parseText,
  parseUnsigned,
  quote,
  scanCounts,
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

const countFile = describeParser('parseCountFile', parseCountFile);
countFile.accepts('a counter at its end', '18446744073709551615\n', 2 ** 64);
countFile.refuses('a negative number', '-1\n', 'expected a count instead of "-1"');
countFile.refuses('a part of one', '1.5\n', 'expected a count instead of "1.5"');
countFile.refuses('an empty file', '', 'expected a count instead of ""');
countFile.survives('42\n');

const switchFile = describeParser('parseSwitchFile', parseSwitchFile);
switchFile.accepts('what is on', '1\n', 1);
switchFile.accepts('what is off', '0\n', 0);
switchFile.refuses('anything else', '\x001\n', 'expected 0 or 1 instead of "\\u00001"');
switchFile.survives('1\n');

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

test('parseText() returns the first 128 bytes of a long text', () => {
  assert.equal(parseText(`${'x'.repeat(200)}\n`), 'x'.repeat(128));
  assert.equal(parseText(`${'ä'.repeat(100)}\n`), 'ä'.repeat(64));
  assert.equal(parseText(`x${'ä'.repeat(100)}\n`), `x${'ä'.repeat(63)}\u{fffd}`);
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

test('linesThatBegin() takes those lines and no others', () => {
  assert.deepEqual(linesThatBegin('cpu', 'cpu0 1\ndomain0 cpu\ncpu1 2\n\ncpu2 3'), ['cpu0 1', 'cpu1 2', 'cpu2 3']);
  assert.deepEqual(linesThatBegin('cpu', 'version 15\ncpu0 1\n'), ['cpu0 1']);
  assert.deepEqual(linesThatBegin('cpu', 'version 15\n'), []);
  assert.deepEqual(linesThatBegin('cpu', ''), []);
});

test('scanCounts() stops where the numbers end', () => {
  assert.deepEqual(scanCounts('NMI:         47   5031   Non-maskable interrupts', 4), { counts: [47, 5031], end: 25 });
  assert.deepEqual(scanCounts('  1 2', 0), { counts: [1, 2], end: 5 });
  assert.deepEqual(scanCounts('', 0), { counts: [], end: 0 });
});

test('scanCounts() takes no more than wanted', () => {
  assert.deepEqual(scanCounts('7 8 9 edge', 0, 2), { counts: [7, 8], end: 4 });
});

test('scanCounts() takes digits within a word for no number', () => {
  assert.deepEqual(scanCounts('1 2-edge', 0), { counts: [1], end: 2 });
  assert.deepEqual(scanCounts('1 -2', 0), { counts: [1], end: 2 });
  assert.deepEqual(scanCounts(`1 ${'9'.repeat(21)}`, 0), { counts: [1], end: 2 });
});

const counts = describeParser('parseCounts', (text) => parseCounts(text, 0));
counts.accepts('columns of any width', '  0\t12   3', [0, 12, 3]);
counts.accepts(
  'the largest u64 as the nearest double',
  '9007199254740993 18446744073709551615',
  [9007199254740992, 18446744073709552000],
);
counts.refuses('a word', '1 two', 'unexpected line "1 two"');
counts.refuses('a negative number', '1 -2', 'unexpected line "1 -2"');
counts.survives('1 22 333 18446744073709551615');

const hex = describeParser('parseHex', parseHex);
hex.accepts('what the kernel prints of a u32', '0000a1F0', 41456);
hex.accepts('a u64', 'ffffffffffffffff', 2 ** 64);
hex.refuses('a prefix', '0x1f', 'expected a hexadecimal number instead of "0x1f"');
hex.refuses('nothing', '', 'expected a hexadecimal number instead of ""');
hex.survives('0000a1f0');
