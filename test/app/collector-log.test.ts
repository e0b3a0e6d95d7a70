import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { CollectorLog } from '../../src/app/collector-log.ts';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { RepeatFilter } from '../../src/util/log.ts';

/** What is said of collectors that end with these errors, one after the other, within a minute. */
function said(
  ...outcomes: readonly (readonly [state: CollectorResult['state'], ...errors: (string | Error)[]])[]
): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = new CollectorLog(pino({ level: 'debug' }, destination), new RepeatFilter(() => 0));
  for (const [state, ...reasons] of outcomes) {
    const errors = reasons.map((reason) => (typeof reason === 'string' ? new Error(reason) : reason));
    log.observe({ collector: 'netdev', state, seconds: 0, errors, families: [] });
  }
  return lines.map((line) => {
    const { level, collector, msg } = JSON.parse(line);
    return `${pino.levels.labels[level]} ${collector}: ${msg}`;
  });
}

test('OutcomeLog says why a collector failed, and at debug what the machine does not have', () => {
  assert.deepEqual(said(['ok'], ['failed', 'Cannot read a', 'Cannot read b'], ['absent', 'Cannot find c']), [
    'error netdev: Cannot read a',
    'error netdev: Cannot read b',
    'debug netdev: Cannot find c',
  ]);
});

test('OutcomeLog says why fetch() failed', () => {
  const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
  const allRefused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  assert.deepEqual(said(['failed', refused], ['failed', new TypeError('fetch failed', { cause: allRefused })]), [
    'error netdev: fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    'error netdev: fetch failed: ECONNREFUSED',
  ]);
});

test('OutcomeLog does not repeat itself where a damaged line counts on', () => {
  const line = (numbers: string): string => `Cannot parse /proc/net/dev: unexpected line "  eth0: ${numbers} \\"x\\""`;
  assert.deepEqual(said(['failed', line('1 2f')], ['failed', line('90 ff31')]), [`error netdev: ${line('1 2f')}`]);
});

test('OutcomeLog tells files and devices apart whose names are numbers', () => {
  const messages = [
    'Cannot parse /sys/cpu1: expected 0 instead of "x"',
    'Cannot parse /sys/cpu2: expected 0 instead of "x"',
  ];
  assert.equal(said(...messages.map((message) => ['failed', message] as const)).length, 2);
});
