import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRpcStats } from '../../src/parse/rpc-stats.ts';
import { describeParser } from '../support/describe-parser.ts';

const TEXT =
  'net 70 12 58 3\nrpc 5 6 7\nth 8 0 0.000 0.170 0.000\nproc3 3 1 18446744073709551615 7\nwdeleg_getattr 4\n';

test('parseRpcStats() returns the numbers of each line by its key', () => {
  const stats = parseRpcStats(TEXT);
  assert.deepEqual(stats.get('net'), [70, 12, 58, 3]);
  assert.deepEqual(stats.get('th'), [8]);
  assert.deepEqual(stats.get('wdeleg_getattr'), [4]);
});

test('parseRpcStats() skips the count at the start of a proc line', () => {
  assert.deepEqual(parseRpcStats(TEXT).get('proc3'), [1, 2 ** 64, 7]);
});

test('parseRpcStats() returns no numbers for a line that the kernel does not print', () => {
  assert.deepEqual([...parseRpcStats(TEXT).keys()], ['net', 'rpc', 'th', 'proc3', 'wdeleg_getattr']);
});

const { parses, rejects, reports, survives } = describeParser('parseRpcStats', parseRpcStats);

rejects('an empty file', '', 'expected a line "rpc" in ""');
rejects('a file without the line that every kernel prints', 'net 1 2 3\n', 'expected a line "rpc" in "net 1 2 3\\n"');
parses(
  'other lines, other columns and a second line with one key',
  'rpc 5 6 7\n"net 1\nth 8 x\nrpc 0 x\nodd\n',
  new Map([
    ['rpc', [5, 6, 7]],
    ['th', [8]],
  ]),
);
reports(
  'a word for a number and lines with a wrong count',
  'rpc 5 x 7\nproc4 59 1 2\nproc3 1 8\nproc2 y 1\nproc4ops\n',
  new Map([
    ['rpc', [5, undefined, 7]],
    ['proc4', undefined],
    ['proc3', [8]],
    ['proc2', undefined],
    ['proc4ops', undefined],
  ]),
  [
    'expected a number, got "x" in "rpc 5 x 7"',
    'expected 59 numbers in "proc4 59 1 2"',
    'expected a number, got "y" in "proc2 y 1"',
    'expected a count of numbers in "proc2 y 1"',
    'expected a count of numbers in "proc4ops"',
  ],
);
survives(TEXT);
