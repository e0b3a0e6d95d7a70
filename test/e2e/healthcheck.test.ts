import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kill, runToEnd, startProgram } from './support/program.ts';

test('--healthcheck exits with 0 while the exporter runs, and with 1 and the reason after its exit', async () => {
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

test('--healthcheck exits with 2 for an invalid address', async () => {
  const { code, output } = await runToEnd(['--healthcheck', '--web.listen-address=nowhere']);
  assert.equal(code, 2);
  assert.match(output, /^otel-node-exporter: Invalid value "nowhere" for flag --web\.listen-address/);
});
