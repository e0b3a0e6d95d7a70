import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printConfig } from '../../src/cli/print-config.ts';
import { defineCollector } from '../../src/collection/collector.ts';
import { collectors } from '../../src/collectors/index.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { flagsOf } from '../../src/config/program-flags.ts';
import { deprecated, pattern, secret } from '../../src/flags/flag.ts';
import { withFile } from '../support/config-file.ts';

const definitions = [
  defineCollector({ name: 'stat', help: 'Totals', create: () => ({ families: [], collect: () => undefined }) }),
];

function read(...argv: readonly string[]): Config {
  return readConfig({ argv, env: {}, definitions });
}

test('printConfig() prints YAML that --config.file reads as the same configuration', async () => {
  const config = read(
    '--log.level=debug',
    '--web.listen-address=[::1]:1',
    '--collector.timeout=250ms',
    '--no-collector.stat',
  );
  await withFile(printConfig(config.flagValues, flagsOf(definitions)), (file) => {
    const again = read(`--config.file=${file}`);
    assert.deepEqual({ ...again.flagValues, 'config.file': '' }, config.flagValues);
  });
});

test('printConfig() omits the flags of a single start, and addresses beside a port', async () => {
  const config = read('--config.print', '--web.listen-port=9100');
  await withFile(printConfig(config.flagValues, flagsOf(definitions)), (file) => {
    const again = read(`--config.file=${file}`);
    assert.deepEqual({ ...again.flagValues, 'config.file': '', 'config.print': true }, config.flagValues);
    assert.deepEqual(again.listen, [{ host: undefined, port: 9100 }]);
  });
});

test('printConfig() prints values that --config.file accepts, whichever flags exclude each other', async () => {
  const argv = ['--collector.disable-defaults', '--collector.diskstats', '--collector.diskstats.device-include=^sda$'];
  const config = readConfig({ argv, env: {}, definitions: collectors });
  await withFile(printConfig(config.flagValues, flagsOf(collectors)), (file) => {
    const again = readConfig({ argv: [`--config.file=${file}`], env: {}, definitions: collectors });
    assert.deepEqual(
      again.collectors.map(({ name }) => name),
      ['diskstats'],
    );
    for (const { create } of again.collectors) create(again.flagValues);
  });
});

test('printConfig() omits a collector that is enabled only for pushes with semconv names, unless it is set', async () => {
  const enabledBy = async (...argv: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const config = readConfig({ argv, env: {}, definitions: collectors });
    return withFile(printConfig(config.flagValues, flagsOf(collectors)), (file) => {
      const again = readConfig({ argv: [`--config.file=${file}`], env: {}, definitions: collectors });
      return ['processes', 'tcpstat'].map((name) => {
        const collector = again.collectors.find((definition) => definition.name === name);
        return collector && `${name} ${collector.create(again.flagValues).convention}`;
      });
    });
  };
  assert.deepEqual(await enabledBy(), ['processes semconv', 'tcpstat semconv']);
  assert.deepEqual(await enabledBy('--collector.processes', '--no-collector.tcpstat'), [
    'processes undefined',
    undefined,
  ]);
  assert.deepEqual(await enabledBy('--collector.disable-defaults'), [undefined, undefined]);
});

test('printConfig() prints deprecated flags that are set', () => {
  const flags = { a: deprecated(pattern('Old name of b.')), b: deprecated(pattern('Old name of c.')) };
  assert.equal(printConfig({ a: /^x$/, b: undefined }, flags), 'a: ^x$\n');
});

test('printConfig() redacts secrets', () => {
  const flags = { 'api.token': secret('A token.', 'TOKEN'), 'other.token': secret('Another token.', 'TOKEN') };
  assert.equal(
    printConfig({ 'api.token': 'hunter2', 'other.token': '' }, flags),
    'api.token: <redacted>\nother.token: ""\n',
  );
});
