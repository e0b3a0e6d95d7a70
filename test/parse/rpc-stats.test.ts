import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRpcStats } from '../../src/parse/rpc-stats.ts';
import { describeParser } from '../support/describe-parser.ts';

const TEXT =
  'net 70 12 58 3\nrpc 5 6 7\nth 8 0 0.000 0.170 0.000\nproc3 3 1 18446744073709551615 7\nwdeleg_getattr 4\n';

test('parseRpcStats() returns the numbers of each line by its key', () => {
  const stats = parseRpcStats(TEXT);
  assert.deepEqual(stats.get('net'), [70, 12, 58, 3]);
  assert.deepEqual(stats.get('th'), [8, 0, 0, 0.17, 0]);
  assert.deepEqual(stats.get('wdeleg_getattr'), [4]);
});

test('parseRpcStats() skips the count at the start of a proc line', () => {
  assert.deepEqual(parseRpcStats(TEXT).get('proc3'), [1, 2 ** 64, 7]);
});

test('parseRpcStats() returns no numbers for a line that the kernel does not print', () => {
  assert.deepEqual([...parseRpcStats(TEXT).keys()], ['net', 'rpc', 'th', 'proc3', 'wdeleg_getattr']);
});

const { rejects, survives } = describeParser('parseRpcStats', parseRpcStats);

rejects(
  'fewer numbers than the count at the start of the line',
  'proc4 59 1 2\n',
  'expected 59 numbers in "proc4 59 1 2"',
);
rejects('a word without numbers', 'net\n', 'unexpected line "net"');
rejects('a word for a number', 'net 1 x\n', 'expected a number, got "x"');
rejects('an empty file', '', 'expected a line "rpc" in ""');
rejects('a line that starts with another character', 'rpc 1 2 3\n"net 1 2\n', 'unexpected line "\\"net 1 2"');
survives(TEXT);
