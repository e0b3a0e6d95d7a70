import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { cpu } from '../../../src/collectors/cpu/cpu.ts';
import { cpufreq } from '../../../src/collectors/cpufreq.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';

// The tests run two collectors, because both report node_cpu_frequency_hertz. The labels of their series differ.

const FREQUENCIES: Files = {
  'sys/devices/system/cpu/offline': '\n',
  'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq': '1700000\n',
  'sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_cur_freq': '1800000\n',
};
const FIRST = 'processor\t: 0\nphysical id\t: 0\ncore id\t: 3\n';

/** Runs one pass with both collectors, or with those in `only`. Returns the series of node_cpu_frequency_hertz. */
async function frequencies(cpuinfo: string, only?: ReadonlySet<string>): Promise<readonly string[]> {
  await using tree = await createHostTree({ 'proc/stat': 'intr 0\n', 'proc/cpuinfo': cpuinfo, ...FREQUENCIES });
  const gatherer = new Gatherer({
    host: tree.host,
    collectors: [cpu.create({ 'collector.cpu.info': true }), cpufreq.create({})],
    selfMetrics: [],
    observe: ({ state, errors }) => assert.deepEqual([state, errors], ['ok', []]),
  });
  const { families } = await gatherer.gather({ deadline: performance.now() + 60_000, ...(only && { only }) });
  return families
    .filter(({ family }) => family.name === 'node_cpu_frequency_hertz')
    .flatMap(({ samples }) => [...samples].map(({ value, labels }) => `${JSON.stringify(labels)} ${value}`));
}

test('cpu and cpufreq report the frequency of each CPU once', async () => {
  const cpuinfo = `${FIRST}cpu MHz\t: 2650.5\n\nprocessor\t: 1\ncpu MHz\t: 2651\n`;
  assert.deepEqual(await frequencies(cpuinfo), [
    '{"package":"0","core":"3","cpu":"0"} 2650500000',
    '{"package":"","core":"","cpu":"1"} 2651000000',
  ]);
});

test('cpufreq reports the frequency of the CPUs whose frequency is not in /proc/cpuinfo', async () => {
  assert.deepEqual(await frequencies(`${FIRST}cpu MHz\t: 2650.5\n\nprocessor\t: 1\n`), [
    '{"package":"0","core":"3","cpu":"0"} 2650500000',
    '{"cpu":"1"} 1800000000',
  ]);
  assert.deepEqual(await frequencies(`${FIRST}\nprocessor\t: 1\n`), [
    '{"cpu":"0"} 1700000000',
    '{"cpu":"1"} 1800000000',
  ]);
});

test('cpufreq reports the frequency of all CPUs if cpu does not run', async () => {
  assert.deepEqual(await frequencies(`${FIRST}cpu MHz\t: 2650.5\n`, new Set(['cpufreq'])), [
    '{"cpu":"0"} 1700000000',
    '{"cpu":"1"} 1800000000',
  ]);
});
