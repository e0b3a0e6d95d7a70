import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printConfig } from '../../src/cli/print-config.ts';
import { defineCollector } from '../../src/collection/collector.ts';
import { collectors } from '../../src/collectors/index.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { flagsOf } from '../../src/config/program-flags.ts';
import { UNSUPPORTED_COLLECTORS, unsupportedFlags } from '../../src/config/unsupported-flags.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

const flags = flagsOf(collectors);
const running = new Set(collectors.map(({ name }) => name));
const unsupported = new Set(UNSUPPORTED_COLLECTORS.map(({ name }) => name));

function read(...argv: string[]): Config {
  return readConfig({ argv, env: {}, definitions: collectors });
}

test('unsupportedFlags() contains no flag of the program or of a collector', () => {
  const supported = Object.entries(flags).filter(([, { unlisted }]) => !unlisted);
  const flagsOfOthers = unsupportedFlags();
  assert.deepEqual(
    supported.map(([name]) => name).filter((name) => flagsOfOthers[name] !== undefined),
    [],
  );
  assert.deepEqual(
    [...running].filter((name) => unsupported.has(name)),
    [],
  );
});

test('readConfig() accepts flags that disable an unsupported collector, without a warning', () => {
  const config = read(...[...unsupported].map((name) => `--no-collector.${name}`));
  assert.deepEqual(config.warnings, []);
  assert.deepEqual(
    config.collectors.map(({ name }) => name).filter((name) => unsupported.has(name)),
    [],
  );
});

for (const { name, why } of UNSUPPORTED_COLLECTORS) {
  test(`readConfig() warns of --collector.${name} with the reason`, () => {
    const config = read(`--collector.${name}`);
    assert.deepEqual(config.warnings, [
      `Ignoring flag --collector.${name}: the collector ${name} is not supported: ${why}`,
    ]);
  });
}

test('readConfig() rejects all unsupported collectors with --collector.unsupported=refuse', () => {
  const argv = ['--collector.unsupported=refuse', '--collector.wifi', '--collector.qdisc', '--no-collector.perf'];
  assert.throws(
    () => read(...argv),
    new UsageError(
      'Invalid value "true" for flag --collector.qdisc: the collector qdisc is not supported: it needs netlink sockets',
      'Invalid value "true" for flag --collector.wifi: the collector wifi is not supported: it needs netlink sockets',
    ),
  );
});

test('readConfig() warns of ignored flags with --collector.unsupported=refuse', () => {
  assert.deepEqual(read('--collector.unsupported=refuse', '--collector.runit.servicedir=/x').warnings, [
    'Ignoring flag --collector.runit.servicedir: ' +
      'the collector runit is not supported: it reads the binary status files of runit',
  ]);
});

test('readConfig() accepts the name of an unsupported collector for a custom collector', () => {
  const wifi = defineCollector({
    name: 'wifi',
    help: 'Stations',
    create: () => ({ families: [], collect: () => undefined }),
  });
  const config = readConfig({
    argv: ['--collector.wifi', '--collector.unsupported=refuse'],
    env: {},
    definitions: [wifi],
  });
  assert.deepEqual([config.collectors, config.warnings], [[wifi], []]);
});

test('readConfig() warns of each ignored flag, with its source', () => {
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

test("readConfig() ignores the flags for fixtures of node_exporter's tests", () => {
  const fixtures = ['collector.qdisc.fixtures', 'collector.wifi.fixtures'];
  assert.deepEqual(
    read(...fixtures.map((name) => `--${name}=x`)).warnings.map((warning) => warning.replace(/: .*/, '')),
    fixtures.map((name) => `Ignoring flag --${name}`),
  );
});

test('readConfig() accepts all help flags of node_exporter', () => {
  const requested = (flag: string) => [read(flag).values.help, read(flag).values['help-long']];
  for (const flag of ['-h', '--help']) assert.deepEqual(requested(flag), [true, false]);
  for (const flag of ['--help-long', '--help-man']) assert.deepEqual(requested(flag), [false, true]);
  for (const flag of ['--no-help', '--help=false', '--help-long=false'])
    assert.deepEqual(requested(flag), [false, false]);
});

test('printConfig() omits unsupported flags', () => {
  const argv = ['--collector.wifi', '--runtime.gomaxprocs=1'];
  const printed = printConfig(read(...argv).flagValues, flags);
  const names = Object.keys(unsupportedFlags()).filter((name) => printed.includes(`${name}:`));
  assert.deepEqual(names, []);
});
