import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as descriptors from '../attack/descriptors.ts';
import * as specialFiles from '../attack/special-files.ts';

test('the program serves every scrape with a limit of 64 open files', async () => {
  const { statuses, output } = await descriptors.attack(64);
  assert.deepEqual(
    statuses,
    Array.from({ length: 10 }, () => 200),
    output,
  );
});

test('the program refuses to start with too few open files, with one line', async () => {
  const { exitCode, output } = await descriptors.attack(32);
  assert.equal(exitCode, 1);
  assert.match(output, /^otel-node-exporter: Cannot start: the limit of open files is 32, expected at least \d+\n$/);
});

for (const flag of ['config.file', 'collector.module', 'otlp.certificate']) {
  test(`the program refuses a file without an end for --${flag}`, { timeout: 60_000 }, async () => {
    const { code, output } = await specialFiles.attack(`--${flag}=/dev/zero`);
    assert.ok(code === 1 || code === 2, output);
    assert.match(output, /^otel-node-exporter: Cannot (read|load module) \/dev\/zero: [^\n]+\n$/);
  });
}
