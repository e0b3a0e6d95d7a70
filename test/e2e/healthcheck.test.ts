import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kill, runToEnd, startProgram } from './support/program.ts';

test('a health check ends with exit code 0 while the exporter lives, and 1 with the reason when it is gone', async () => {
  await using program = await startProgram();
  const { host } = new URL(program.url);
  const check = ['--healthcheck', `--web.listen-address=${host}`];
  assert.deepEqual(await runToEnd(check), { code: 0, signal: null, output: '' });
  await kill(program);
  assert.deepEqual(await runToEnd(check), {
    code: 1,
    signal: null,
    output: `otel-node-exporter: Cannot get http://${host}/health: ECONNREFUSED\n`,
  });
});

test('a health check with an address that cannot be meant ends with exit code 2', async () => {
  const { code, output } = await runToEnd(['--healthcheck', '--web.listen-address=nowhere']);
  assert.equal(code, 2);
  assert.match(output, /^otel-node-exporter: Invalid value "nowhere" for flag --web\.listen-address/);
});
