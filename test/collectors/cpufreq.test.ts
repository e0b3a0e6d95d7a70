import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { cpufreq } from '../../src/collectors/cpufreq.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';
import { beforeDirectoryReads, failReads } from '../support/mock-reads.ts';

function policy(name: string, files: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(
    Object.entries({
      cpuinfo_min_freq: '800000\n',
      cpuinfo_max_freq: '4200000\n',
      scaling_cur_freq: '1699981\n',
      scaling_min_freq: '800000\n',
      scaling_max_freq: '3700000\n',
      scaling_available_governors: 'performance powersave \n',
      scaling_governor: 'powersave\n',
      ...files,
    }).map(([file, content]) => [`sys/devices/system/cpu/${name}/cpufreq/${file}`, content]),
  );
}

function lines(cpu: string, measured: readonly string[] = []): string[] {
  return [
    ...measured,
    `node_cpu_scaling_frequency_hertz{cpu="${cpu}"} 1699981000`,
    `node_cpu_frequency_min_hertz{cpu="${cpu}"} 800000000`,
    `node_cpu_frequency_max_hertz{cpu="${cpu}"} 4200000000`,
    `node_cpu_scaling_frequency_min_hertz{cpu="${cpu}"} 800000000`,
    `node_cpu_scaling_frequency_max_hertz{cpu="${cpu}"} 3700000000`,
    `node_cpu_scaling_governor{cpu="${cpu}",governor="performance"} 0`,
    `node_cpu_scaling_governor{cpu="${cpu}",governor="powersave"} 1`,
  ];
}

const OFFLINE = 'sys/devices/system/cpu/offline';

test('cpufreq emits the frequencies and governors of the online CPUs', async () => {
  await using machine = await createHostTree({
    [OFFLINE]: '2-3\n',
    ...policy('cpu0', { cpuinfo_cur_freq: '1700000\n', cpuinfo_avg_freq: '1650000\n' }),
    ...policy('cpu3', {}),
    'sys/devices/system/cpu/cpu1/topology/core_id': '0\n',
    'sys/devices/system/cpu/cpufreq/boost': '1\n',
  });
  assert.deepEqual(await collect(cpufreq, machine.host), {
    state: 'ok',
    errors: [],
    lines: lines('0', [
      'node_cpu_frequency_hertz{cpu="0"} 1700000000',
      'node_cpu_frequency_avg_hertz{cpu="0"} 1650000000',
    ]),
  });
});

test('cpufreq leaves out attributes that a CPU does not have or cannot measure', async () => {
  await using machine = await createHostTree({
    [OFFLINE]: '\n',
    ...policy('cpu0', { cpuinfo_cur_freq: '<unknown>\n' }),
    'sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq': '5\n',
  });
  const collected = await collect(cpufreq, machine.host);
  assert.equal(collected.state, 'ok');
  assert.deepEqual(
    collected.lines.toSorted(),
    [...lines('0'), 'node_cpu_scaling_frequency_hertz{cpu="1"} 5000'].toSorted(),
  );
});

test('cpufreq leaves out attributes that only root may read and those of an idle CPU', async (context) => {
  failReads(context, /cpuinfo_cur_freq$/, 'EACCES');
  await using machine = await createHostTree({ [OFFLINE]: '\n', ...policy('cpu0', { cpuinfo_cur_freq: '1\n' }) });
  assert.deepEqual(await collect(cpufreq, machine.host), { state: 'ok', errors: [], lines: lines('0') });
  failReads(context, /cpuinfo_avg_freq$/, 'EAGAIN');
  await machine.write(policy('cpu0', { cpuinfo_avg_freq: '1\n' }));
  assert.deepEqual(await collect(cpufreq, machine.host), { state: 'ok', errors: [], lines: lines('0') });
});

test('cpufreq drops malformed attributes and keeps the others', async () => {
  await using machine = await createHostTree({
    [OFFLINE]: '\n',
    ...policy('cpu0', { scaling_max_freq: 'fast\n' }),
    ...policy('cpu1', {}),
    ...policy('cpu2', { scaling_cur_freq: 'slow\n' }),
  });
  const { state, errors, lines: all } = await collect(cpufreq, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors.toSorted(), [
    'Cannot parse /sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq: expected a number, got "fast"',
    'Cannot parse /sys/devices/system/cpu/cpu2/cpufreq/scaling_cur_freq: expected a number, got "slow"',
  ]);
  const expected = [
    ...lines('0').filter((line) => !line.includes('scaling_frequency_max')),
    ...lines('1'),
    ...lines('2').filter((line) => !line.includes('scaling_frequency_hertz')),
  ];
  assert.deepEqual(all.toSorted(), expected.toSorted());
});

/** Returns the names of the frequency attributes that the collector reads synchronously. */
async function readOnMainThread(
  context: TestContext,
  {
    driver,
    release,
    machine: hardware,
  }: { readonly driver: string; readonly release: string; readonly machine: string },
): Promise<string[]> {
  const names = new Set<string>();
  beforeDirectoryReads(context, (name) => names.add(name));
  await using machine = await createHostTree(
    {
      'proc/sys/kernel/osrelease': `${release}\n`,
      [OFFLINE]: '\n',
      ...policy('cpu0', { cpuinfo_cur_freq: '1\n', scaling_driver: `${driver}\n` }),
    },
    { machine: hardware },
  );
  const { state, lines: all } = await collect(cpufreq, machine.host);
  assert.deepEqual([state, all.length], ['ok', 8]);
  return [...names].filter((name) => name.endsWith('_cur_freq'));
}

for (const [driver, release, machine, synchronous] of [
  ['intel_pstate', '6.12.9-arch1', 'x86_64', ['cpuinfo_cur_freq', 'scaling_cur_freq']],
  ['acpi-cpufreq', '5.19.0', 'x86_64', ['cpuinfo_cur_freq', 'scaling_cur_freq']],
  ['intel_pstate', '5.15.0-91-generic', 'x86_64', []],
  ['intel_pstate', '4.19.0-26-amd64', 'x86_64', []],
  ['scmi', '5.15.0', 'aarch64', ['scaling_cur_freq']],
] as const) {
  test(`cpufreq reads ${synchronous.join() || 'no frequency'} of ${driver} at once on ${machine} ${release}`, async (context) => {
    assert.deepEqual(await readOnMainThread(context, { driver, release, machine }), synchronous);
  });
}

test('cpufreq succeeds without values if the kernel scales no CPU', async () => {
  await using machine = await createHostTree({ [OFFLINE]: '\n', 'sys/devices/system/cpu/cpu0/': '' });
  assert.deepEqual(await collect(cpufreq, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('cpufreq is absent without the list of offline CPUs', async () => {
  await using machine = await createHostTree(policy('cpu0', {}));
  assert.deepEqual(await collect(cpufreq, machine.host), { state: 'absent', errors: [], lines: [] });
});
