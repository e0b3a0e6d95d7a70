import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { printConfig } from '../../src/cli/print-config.ts';
import { collectors } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { flagsOf } from '../../src/config/program-flags.ts';
import { missing } from '../e2e/support/requirements.ts';
import { COLLECTOR_FLAGS, DEFAULT_COLLECTORS, FLAG_DEFAULTS, PROGRAM_FLAGS } from '../support/node-exporter-flags.ts';

const flags = flagsOf(collectors);

test('flagsOf() contains every program flag of node_exporter', () => {
  assert.deepEqual(
    PROGRAM_FLAGS.filter((name) => flags[name] === undefined),
    [],
  );
});

test('flagsOf() contains a flag for every collector of node_exporter', () => {
  assert.deepEqual(
    Object.keys(COLLECTOR_FLAGS).filter((name) => flags[`collector.${name}`] === undefined),
    [],
  );
});

test('flagsOf() contains every flag of every collector of node_exporter', () => {
  assert.deepEqual(
    Object.values(COLLECTOR_FLAGS)
      .flat()
      .filter((name) => flags[name] === undefined),
    [],
  );
});

test('readConfig() has the defaults of node_exporter', () => {
  const printed = parse(printConfig(readConfig({ argv: [], env: {}, definitions: collectors }).flagValues, flags));
  const values = Object.keys(FLAG_DEFAULTS).map((name) => [name, String(printed[name])]);
  assert.deepEqual(Object.fromEntries(values), FLAG_DEFAULTS);
});

test('readConfig() enables the collectors that node_exporter enables by default', () => {
  const { collectors: running } = readConfig({ argv: [], env: {}, definitions: collectors });
  const common = running.filter(({ enabled, name }) => enabled === true && name in COLLECTOR_FLAGS);
  assert.deepEqual(common.map(({ name }) => name).toSorted(), [...DEFAULT_COLLECTORS].toSorted());
});

test('flagsOf() contains every flag in the help of an installed node_exporter', {
  skip: missing('prometheus-node-exporter'),
}, async () => {
  const help = await promisify(execFile)('prometheus-node-exporter', ['--help']);
  const shown = [...help.stdout.matchAll(/^ {2,6}(?:-h, )?--(?:\[no-\])?([\w.-]+)/gm)].map(([, name = '']) => name);
  assert.ok(shown.length > 100, `${shown.length} flags`);
  assert.deepEqual(
    shown.filter((name) => flags[name] === undefined),
    [],
  );
});
