import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRpcStats } from '../../src/parse/rpc-stats.ts';
import { describeParser } from '../support/parser.ts';

const TEXT =
  'net 70 12 58 3\nrpc 5 6 7\nth 8 0 0.000 0.170 0.000\nproc3 3 1 18446744073709551615 7\nwdeleg_getattr 4\n';

test('parseRpcStats() tells each number of a line by its place', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual(
    [0, 1, 2, 3].map((place) => numberOf('net', place)),
    [70, 12, 58, 3],
  );
  assert.equal(numberOf('th', 0), 8);
  assert.equal(numberOf('wdeleg_getattr', 0), 4);
});

test('parseRpcStats() does not count the number that says how many follow', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual(
    [0, 1, 2].map((place) => numberOf('proc3', place)),
    [1, 2 ** 64, 7],
  );
});

test('parseRpcStats() says 0 of what this kernel does not print', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual([numberOf('proc3', 3), numberOf('proc2', 0), numberOf('ra', 11)], [0, 0, 0]);
});

const { rejects, survives } = describeParser('parseRpcStats', parseRpcStats);

rejects('fewer numbers than announced', 'proc4 59 1 2\n', 'expected 59 numbers in "proc4 59 1 2"');
rejects('a word alone', 'net\n', 'unexpected line "net"');
rejects('a number that is none', 'net 1 x\n', 'expected a number, got "x"');
rejects('a file of nothing', '', 'expected a line of "rpc" in ""');
rejects('a line that is none of its', 'rpc 1 2 3\n"net 1 2\n', 'unexpected line "\\"net 1 2"');
survives(TEXT);
