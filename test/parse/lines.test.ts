import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createForwardSearch,
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
  selectLines,
  splitLines,
  splitWords,
} from '../../src/parse/lines.ts';
import { parseKeyValues } from '../../src/parse/rows.ts';
import { describeParser } from '../support/describe-parser.ts';

const decimal = describeParser('parseDecimal', parseDecimal);
decimal.parses('an integer', '42', 42);
decimal.parses('a negative number', '-1', -1);
decimal.parses('a fraction', '0.57', 0.57);
decimal.parses('the largest u64', '18446744073709551615', 18446744073709552000);
decimal.rejects('an empty text', '', 'expected a number, got ""');
decimal.rejects('a blank before the number', ' 1', 'expected a number, got " 1"');
decimal.rejects('an exponent', '1e3', 'expected a number, got "1e3"');
decimal.rejects('hexadecimal', '0x10', 'expected a number, got "0x10"');
decimal.rejects('nan', 'nan', 'expected a number, got "nan"');
decimal.rejects('infinity', 'inf', 'expected a number, got "inf"');
decimal.survives('42', '-0.57');

const unsigned = describeParser('parseUnsigned', parseUnsigned);
unsigned.parses('zero', '0', 0);
unsigned.rejects('a negative number', '-1', 'expected an unsigned number, got "-1"');

const countFile = describeParser('parseCountFile', parseCountFile);
countFile.parses('the largest u64', '18446744073709551615\n', 2 ** 64);
countFile.rejects('a negative number', '-1\n', 'expected an unsigned integer, got "-1"');
countFile.rejects('a fraction', '1.5\n', 'expected an unsigned integer, got "1.5"');
countFile.rejects('an empty file', '', 'expected an unsigned integer, got ""');
countFile.survives('42\n');

const switchFile = describeParser('parseSwitchFile', parseSwitchFile);
switchFile.parses('1', '1\n', 1);
switchFile.parses('0', '0\n', 0);
switchFile.rejects('another text', '\x001\n', 'expected 0 or 1, got "\\u00001"');
switchFile.survives('1\n');

const numberFile = describeParser('parseNumberFile', parseNumberFile);
numberFile.parses('a number and a newline', '17\n', 17);
numberFile.parses('a number without a newline', '17', 17);
numberFile.rejects('two numbers', '17 18\n', 'expected a number, got "17 18"');

test('parseLine() removes only the final newline', () => {
  assert.equal(parseLine('a name \n'), 'a name ');
  assert.equal(parseLine('a name'), 'a name');
});

test('splitLines() leaves out empty lines', () => {
  assert.deepEqual(splitLines('a\n\nb\n'), ['a', 'b']);
  assert.deepEqual(splitLines(''), []);
});

test('splitWords() splits at blanks and tabs', () => {
  assert.deepEqual(splitWords('  a\t b  '), ['a', 'b']);
});

test('quote() cuts a long text', () => {
  assert.equal(quote('a "b"\n'), '"a \\"b\\"\\n"');
  assert.equal(quote('9'.repeat(1000)), `"${'9'.repeat(80)}…"`);
});

test('parseText() returns the first 128 bytes of a long text', () => {
  assert.equal(parseText(`${'x'.repeat(200)}\n`), 'x'.repeat(128));
  assert.equal(parseText(`${'ä'.repeat(100)}\n`), 'ä'.repeat(64));
  assert.equal(parseText(`x${'ä'.repeat(100)}\n`), `x${'ä'.repeat(63)}\u{fffd}`);
});

test('parseText() removes blanks around a line', () => {
  assert.equal(parseText(' a name \n'), 'a name');
});

const integerFile = describeParser('parseIntegerFile', parseIntegerFile);
integerFile.parses('a number and a newline', '-17\n', -17);
integerFile.parses('hexadecimal', '0x1F\n', 31);
integerFile.rejects('a fraction', '0.5\n', 'expected an integer, got "0.5"');
integerFile.rejects('an empty file', '\n', 'expected an integer, got ""');
integerFile.survives('-17\n', '0x1F\n');

test('selectLines() returns only lines with the prefix', () => {
  assert.deepEqual(selectLines('cpu0 1\ndomain0 cpu\ncpu1 2\n\ncpu2 3', 'cpu'), ['cpu0 1', 'cpu1 2', 'cpu2 3']);
  assert.deepEqual(selectLines('version 15\ncpu0 1\n', 'cpu'), ['cpu0 1']);
  assert.deepEqual(selectLines('version 15\n', 'cpu'), []);
  assert.deepEqual(selectLines('', 'cpu'), []);
});

test('scanCounts() stops where the numbers end', () => {
  assert.deepEqual(scanCounts('NMI:         47   5031   Non-maskable interrupts', 4), { counts: [47, 5031], end: 25 });
  assert.deepEqual(scanCounts('  1 2', 0), { counts: [1, 2], end: 5 });
  assert.deepEqual(scanCounts('', 0), { counts: [], end: 0 });
});

test('scanCounts() stops at the limit', () => {
  assert.deepEqual(scanCounts('7 8 9 edge', 0, 2), { counts: [7, 8], end: 4 });
});

test('scanCounts() stops before a word that contains digits', () => {
  assert.deepEqual(scanCounts('1 2-edge', 0), { counts: [1], end: 2 });
  assert.deepEqual(scanCounts('1 -2', 0), { counts: [1], end: 2 });
  assert.deepEqual(scanCounts(`1 ${'9'.repeat(21)}`, 0), { counts: [1], end: 2 });
});

const counts = describeParser('parseCounts', (text) => parseCounts(text, 0));
counts.parses('columns of any width', '  0\t12   3', [0, 12, 3]);
counts.parses('the largest u64', '9007199254740993 18446744073709551615', [9007199254740992, 18446744073709552000]);
counts.rejects('a word for a number', '1 two', 'unexpected line "1 two"');
counts.rejects('a negative number', '1 -2', 'unexpected line "1 -2"');
counts.survives('1 22 333 18446744073709551615');

const hex = describeParser('parseHex', parseHex);
hex.parses('eight digits', '0000a1F0', 41456);
hex.parses('the largest u64', 'ffffffffffffffff', 2 ** 64);
hex.rejects('a prefix 0x', '0x1f', 'expected a hexadecimal number, got "0x1f"');
hex.rejects('an empty text', '', 'expected a hexadecimal number, got ""');
hex.survives('0000a1f0');

const keyValues = describeParser('parseKeyValues', parseKeyValues);
keyValues.parses(
  'names and numbers',
  'commits 3\nlast_commit_ms\t15\n',
  new Map([
    ['commits', 3],
    ['last_commit_ms', 15],
  ]),
);
keyValues.parses('an empty file', '', new Map());
keyValues.rejects('a name without a number', 'commits\n', 'unexpected line "commits"');
keyValues.rejects('two numbers', 'commits 1 2\n', 'unexpected line "commits 1 2"');
keyValues.rejects('a word for a number', 'commits x\n', 'expected a number, got "x" in "commits x"');
keyValues.survives('commits 3\nlast_commit_ms 15\n');

test('createForwardSearch() returns the same positions as indexOf() for ascending starts', () => {
  const text = 'a: b\nc\nd: e\nf\ng\n';
  const find = createForwardSearch(text, ':');
  for (const start of [0, 0, 1, 2, 5, 7, 8, 9, 12, text.length]) assert.equal(find(start), text.indexOf(':', start));
});
