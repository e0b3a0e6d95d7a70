import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from '../../src/cli/help.ts';
import { printConfig } from '../../src/cli/print-config.ts';
import { collectors } from '../../src/collectors/index.ts';
import { type Config, flagsOf, readConfig } from '../../src/config/config.ts';
import { UNSUPPORTED_COLLECTORS, unsupportedFlags } from '../../src/config/unsupported-flags.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

const flags = flagsOf(collectors);
const running = new Set(collectors.map(({ name }) => name));
const leftOut = new Set(UNSUPPORTED_COLLECTORS.map(({ name }) => name));

function read(...argv: string[]): Config {
  return readConfig({ argv, env: {}, definitions: collectors });
}

test('leftOutFlags() speaks of no flag that the program or a collector has', () => {
  const own = Object.entries(flags).filter(([, { unlisted }]) => !unlisted);
  const left = unsupportedFlags();
  assert.deepEqual(
    own.map(([name]) => name).filter((name) => left[name] !== undefined),
    [],
  );
  assert.deepEqual(
    [...running].filter((name) => leftOut.has(name)),
    [],
  );
});

test('readConfig() takes every collector that is left out when it is turned off, and says nothing', () => {
  const config = read(...[...leftOut].map((name) => `--no-collector.${name}`), '--no-web.systemd-socket');
  assert.deepEqual(config.warnings, []);
  assert.deepEqual(
    config.collectors.map(({ name }) => name).filter((name) => leftOut.has(name)),
    [],
  );
});

for (const { name, why } of UNSUPPORTED_COLLECTORS) {
  test(`readConfig() refuses to run ${name} and says why`, () => {
    assert.throws(
      () => read(`--collector.${name}`),
      new UsageError(`Bad value "true" for flag --collector.${name}: there is no collector ${name} here: ${why}`),
    );
  });
}

test('readConfig() names each flag that changes nothing, wherever it was written', () => {
  const config = readConfig({
    argv: ['--runtime.gomaxprocs=4', '--collector.perf.tracepoint=a:b', '--collector.perf.tracepoint=c:d'],
    env: { EXPORTER_COLLECTOR_PERF_DISABLE_CACHE_PROFILERS: 'true' },
    definitions: collectors,
  });
  assert.deepEqual(config.warnings.map((warning) => warning.replace(/: .*/, '')).toSorted(), [
    'Ignoring flag --collector.perf.tracepoint',
    'Ignoring flag --runtime.gomaxprocs',
    'Ignoring variable EXPORTER_COLLECTOR_PERF_DISABLE_CACHE_PROFILERS',
  ]);
});

test('readConfig() refuses a web configuration and takes none', () => {
  assert.deepEqual(read('--web.config.file=').warnings, []);
  assert.throws(
    () => read('--web.config.file=web.yml'),
    new UsageError(
      'Bad value "web.yml" for flag --web.config.file: TLS and passwords are the work of a proxy in front of the exporter',
    ),
  );
});

test("readConfig() knows none of the fixtures of node_exporter's own tests", () => {
  for (const name of ['collector.wifi.fixtures', 'collector.qdisc.fixtures']) {
    assert.throws(() => read(`--${name}=x`), new UsageError(`Unknown flag --${name}`));
  }
});

test('readConfig() asks for help as node_exporter does', () => {
  for (const flag of ['-h', '--help', '--help-long', '--help-man']) assert.equal(read(flag).values.help, true);
});

test('helpText() and printConfig() do not list flags that are left out', () => {
  const help = helpText(flags);
  const printed = printConfig(read().all, flags);
  for (const name of Object.keys(unsupportedFlags())) {
    assert.ok(!help.includes(`--${name}`) && !help.includes(`]${name}`), name);
    assert.ok(!printed.includes(`${name}:`), name);
  }
  assert.match(help, /left out:\n {2}drm, ethtool, /);
});
