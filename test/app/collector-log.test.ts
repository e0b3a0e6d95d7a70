import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { CollectorLog } from '../../src/app/collector-log.ts';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { RepeatFilter } from '../../src/util/log.ts';

type Result = readonly [state: CollectorResult['state'], ...errors: (string | Error)[]];

/** Logs results of one collector, all within a minute, and returns the lines: `error netdev: Cannot read a`. */
function linesOf(...results: readonly Result[]): string[] {
  return linesOfRequested([], ...results);
}

/** As {@link linesOf}, with the names of the collectors that a flag enables. */
function linesOfRequested(requested: readonly string[], ...results: readonly Result[]): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = new CollectorLog(
    pino({ level: 'debug' }, destination),
    () => new RepeatFilter({ now: () => 0 }),
    requested,
  );
  for (const [state, ...reasons] of results) {
    const errors = reasons.map((reason) => (typeof reason === 'string' ? new Error(reason) : reason));
    log.log({ collector: 'netdev', state, seconds: 0, errors, families: [] });
  }
  return lines.map((line) => {
    const { level, collector, msg } = JSON.parse(line);
    return `${pino.levels.labels[level]} ${collector}: ${msg}`;
  });
}

test('CollectorLog logs failures at level error and absence at level debug', () => {
  assert.deepEqual(linesOf(['ok'], ['failed', 'Cannot read a', 'Cannot read b'], ['absent', 'Cannot find c']), [
    'error netdev: Cannot read a',
    'error netdev: Cannot read b',
    'debug netdev: Cannot find c',
  ]);
});

test('CollectorLog logs one warning if a collector is absent that a flag enables', () => {
  assert.deepEqual(
    linesOfRequested(
      ['netdev'],
      ['ok'],
      ['absent', 'Cannot find c'],
      ['absent', 'Cannot find c'],
      ['failed', 'Cannot read d'],
    ),
    [
      'warn netdev: Collector netdev is absent on this host: Cannot find c',
      'debug netdev: Cannot find c',
      'error netdev: Cannot read d',
    ],
  );
  assert.deepEqual(linesOfRequested(['cpu'], ['absent', 'Cannot find c']), ['debug netdev: Cannot find c']);
});

test('CollectorLog adds the cause to the message of fetch()', () => {
  const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
  const allRefused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  assert.deepEqual(linesOf(['failed', refused], ['failed', new TypeError('fetch failed', { cause: allRefused })]), [
    'error netdev: fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    'error netdev: fetch failed: ECONNREFUSED',
  ]);
});

test('CollectorLog logs a malformed line once even if its counters change', () => {
  const line = (numbers: string): string => `Cannot parse /proc/net/dev: unexpected line "  eth0: ${numbers} \\"x\\""`;
  assert.deepEqual(linesOf(['failed', line('1 2f')], ['failed', line('90 ff31')]), [`error netdev: ${line('1 2f')}`]);
});

test('CollectorLog logs a malformed line without a closing quote once even if its counters change', () => {
  const line = (number: number): string => `Cannot parse a: unexpected line "eth0 ${number} \\`;
  assert.deepEqual(linesOf(['failed', line(1)], ['failed', line(2)]), [`error netdev: ${line(1)}`]);
});

test('CollectorLog distinguishes paths that differ in a number', () => {
  const messages = [
    'Cannot parse /sys/cpu1: expected 0 instead of "x"',
    'Cannot parse /sys/cpu2: expected 0 instead of "x"',
  ];
  assert.equal(linesOf(...messages.map((message) => ['failed', message] as const)).length, 2);
});

test('CollectorLog logs an error of a collector although another collector has thousands of errors', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
  const log = new CollectorLog(pino({}, destination));
  const errors = Array.from({ length: 1500 }, (_, index) => new Error(`Cannot read ${index}`));
  log.log({ collector: 'textfile', state: 'failed', seconds: 0, errors, families: [] });
  assert.equal(lines.length, 100);
  log.log({ collector: 'netdev', state: 'failed', seconds: 0, errors: [new Error('Cannot read a')], families: [] });
  assert.deepEqual(lines.slice(100), ['Cannot read a']);
});
