import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRpcStats, type RpcStats } from '../../src/parse/rpc-stats.ts';
import { describeParser } from '../support/describe-parser.ts';

const TEXT =
  'net 70 12 58 3\nrpc 5 6 7\nth 8 0 0.000 0.170 0.000\nproc3 3 1 18446744073709551615 7\nwdeleg_getattr 4\n';

test('parseRpcStats() returns a number by its index', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => numberOf('net', index)),
    [70, 12, 58, 3],
  );
  assert.equal(numberOf('th', 0), 8);
  assert.equal(numberOf('wdeleg_getattr', 0), 4);
});

test('parseRpcStats() skips the count at the start of a proc line', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual(
    [0, 1, 2].map((index) => numberOf('proc3', index)),
    [1, 2 ** 64, 7],
  );
});

test('parseRpcStats() returns 0 for a number that the kernel does not print', () => {
  const numberOf = parseRpcStats(TEXT);
  assert.deepEqual([numberOf('proc3', 3), numberOf('proc2', 0), numberOf('ra', 11)], [0, 0, 0]);
});

const { rejects, survives } = describeParser('parseRpcStats', parseRpcStats);

rejects('an empty file', '', 'expected a line "rpc" in ""');
rejects('a file without the line that every kernel prints', 'net 1 2 3\n', 'expected a line "rpc" in "net 1 2 3\\n"');
survives(TEXT);

function parseWithProblems(text: string): { readonly numberOf: RpcStats; readonly problems: readonly string[] } {
  const problems: string[] = [];
  return { numberOf: parseRpcStats(text, ({ message }) => problems.push(message)), problems };
}

test('parseRpcStats() reports a proc line with another number of columns and returns none of them', () => {
  const { numberOf, problems } = parseWithProblems('rpc 5 6 7\nproc4 59 1 2\nproc3 1 8\n');
  assert.deepEqual(problems, ['expected 59 numbers in "proc4 59 1 2"']);
  assert.deepEqual([numberOf('proc4', 0), numberOf('proc3', 0), numberOf('rpc', 0)], [undefined, 8, 5]);
});

test('parseRpcStats() reports a word for a number and returns the other numbers of the line', () => {
  const { numberOf, problems } = parseWithProblems('rpc 5 x 7\n');
  assert.deepEqual(problems, ['expected a number, got "x" in "rpc 5 x 7"']);
  assert.deepEqual([numberOf('rpc', 0), numberOf('rpc', 1), numberOf('rpc', 2)], [5, undefined, 7]);
});

test('parseRpcStats() skips other lines and the second line of a name', () => {
  const { numberOf, problems } = parseWithProblems('rpc 5 6 7\n"net 1 2\nrpc 0 x\nodd\n');
  assert.deepEqual([problems, numberOf('rpc', 0)], [[], 5]);
});
