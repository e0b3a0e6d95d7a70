import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { createLog, logProcessWarnings, RepeatFilter } from '../../src/util/log.ts';

test('RepeatFilter passes the same message once a minute', () => {
  let now = 0;
  const repeats = new RepeatFilter({ now: () => now });
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a'), repeats.isDue('b')], [true, false, true]);
  now = 59_999;
  assert.equal(repeats.isDue('a'), false);
  now = 60_000;
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a')], [true, false]);
});

test('RepeatFilter passes at most a thousand different messages a minute', () => {
  let now = 0;
  const repeats = new RepeatFilter({ now: () => now });
  const due = Array.from({ length: 2000 }, (_, index) => repeats.isDue(`message ${index}`));
  assert.equal(due.filter(Boolean).length, 1000);
  now = 60_000;
  assert.equal(repeats.isDue('another'), true);
});

/** Returns the line that the log writes for a message. */
function lineOf(context: TestContext, format: 'logfmt' | 'json', fields: object, message: string): string {
  const lines: string[] = [];
  const write = context.mock.method(process.stderr, 'write', (line: string) => lines.push(line) > 0);
  createLog({ level: 'info', format }).info(fields, message);
  write.mock.restore();
  return lines.join('').replace(/ts=\S+|"ts":"[^"]*"/, 'TS');
}

test('createLog() escapes characters that a terminal executes, hides or reorders', (context) => {
  assert.equal(
    lineOf(context, 'logfmt', { device: 'a\x7fb' }, 'x\x1b[2J\x9b\u202e\u2028\n é'),
    'TS level=info msg="x\\u001b[2J\\u009b\\u202e\\u2028\\n é" device="a\\u007fb"\n',
  );
  const json = lineOf(context, 'json', {}, 'x\x7f\u202e');
  assert.equal(json, '{"level":"info",TS,"msg":"x\\u007f\\u202e"}\n');
});

test('createLog() writes URLs without user and password', (context) => {
  const message = 'Cannot get http://user:PASS@host/path';
  assert.equal(lineOf(context, 'logfmt', {}, message), 'TS level=info msg="Cannot get http://host/path"\n');
});

test('logProcessWarnings() logs a warning of Node.js once a minute', async (context) => {
  const listeners = process.listeners('warning');
  context.after(() => {
    process.removeAllListeners('warning');
    for (const listener of listeners) process.on('warning', listener);
  });
  const lines: string[] = [];
  logProcessWarnings(pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) }));
  for (const message of ['old', 'old', 'new'])
    process.emit('warning', Object.assign(new Error(message), { name: 'W' }));
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['W of Node.js: old', 'W of Node.js: new'],
  );
});
