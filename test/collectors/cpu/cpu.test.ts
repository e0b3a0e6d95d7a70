import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { cpu } from '../../../src/collectors/cpu/cpu.ts';
import { collect, createCollectorRunner } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';

const STAT = `cpu  30 2 3 40 5 6 7 8 9 10
cpu0 110 20 30 40000 50 60 70 80 90 7
cpu2 1 2 3 4 5 6 7 8 9 10
intr 1
`;
const CPUINFO = `processor	: 0
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 1
model name	: AMD EPYC 7R13 Processor
stepping	: 1
microcode	: 0xa0011d5
cpu MHz		: 2649.999
cache size	: 512 KB
physical id	: 0
core id		: 3
flags		: fpu aes avx avx2
bugs		: sysret_ss_attrs spectre_v1 spectre_v2

processor	: 2
`;
const TIMES = [
  'node_cpu_seconds_total{cpu="0",mode="user"} 1.1',
  'node_cpu_seconds_total{cpu="0",mode="nice"} 0.2',
  'node_cpu_seconds_total{cpu="0",mode="system"} 0.3',
  'node_cpu_seconds_total{cpu="0",mode="idle"} 400',
  'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.5',
  'node_cpu_seconds_total{cpu="0",mode="irq"} 0.6',
  'node_cpu_seconds_total{cpu="0",mode="softirq"} 0.7',
  'node_cpu_seconds_total{cpu="0",mode="steal"} 0.8',
  'node_cpu_seconds_total{cpu="2",mode="user"} 0.01',
  'node_cpu_seconds_total{cpu="2",mode="nice"} 0.02',
  'node_cpu_seconds_total{cpu="2",mode="system"} 0.03',
  'node_cpu_seconds_total{cpu="2",mode="idle"} 0.04',
  'node_cpu_seconds_total{cpu="2",mode="iowait"} 0.05',
  'node_cpu_seconds_total{cpu="2",mode="irq"} 0.06',
  'node_cpu_seconds_total{cpu="2",mode="softirq"} 0.07',
  'node_cpu_seconds_total{cpu="2",mode="steal"} 0.08',
];
const GUESTS = [
  'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.9',
  'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.07',
  'node_cpu_guest_seconds_total{cpu="2",mode="user"} 0.09',
  'node_cpu_guest_seconds_total{cpu="2",mode="nice"} 0.1',
];

function place(name: string, packageId: string, coreId: string) {
  return {
    [`sys/devices/system/cpu/${name}/topology/physical_package_id`]: `${packageId}\n`,
    [`sys/devices/system/cpu/${name}/topology/core_id`]: `${coreId}\n`,
  };
}

function throttles(name: string, core: string, ofPackage: string) {
  return {
    [`sys/devices/system/cpu/${name}/thermal_throttle/core_throttle_count`]: `${core}\n`,
    [`sys/devices/system/cpu/${name}/thermal_throttle/package_throttle_count`]: `${ofPackage}\n`,
  };
}

test('cpu emits the seconds in every mode of the online CPUs', async () => {
  await using machine = await createHostTree({ 'proc/stat': STAT });
  assert.deepEqual(await collect(cpu, machine.host), { state: 'ok', errors: [], lines: [...TIMES, ...GUESTS] });
});

test('cpu leaves out the time of guests if the flag is off', async () => {
  await using machine = await createHostTree({ 'proc/stat': STAT });
  const { lines } = await collect(cpu, machine.host, { 'collector.cpu.guest': false });
  assert.deepEqual(lines, TIMES);
});

test('cpu emits /proc/cpuinfo if the flag is set', async () => {
  await using machine = await createHostTree({ 'proc/stat': 'intr 0\n', 'proc/cpuinfo': CPUINFO });
  assert.deepEqual((await collect(cpu, machine.host, { 'collector.cpu.info': true })).lines, [
    'node_cpu_info{package="0",core="3",cpu="0",vendor="AuthenticAMD",family="25",model="1",' +
      'model_name="AMD EPYC 7R13 Processor",microcode="0xa0011d5",stepping="1",cachesize="512 KB"} 1',
    'node_cpu_info{package="",core="",cpu="2",vendor="",family="",model="",model_name="",microcode="",' +
      'stepping="",cachesize=""} 1',
    'node_cpu_frequency_hertz{package="0",core="3",cpu="0"} 2649999000',
  ]);
});

test('cpu emits the matching flags and bugs of the first CPU after the rest of /proc/cpuinfo', async () => {
  await using machine = await createHostTree({ 'proc/stat': 'intr 0\n', 'proc/cpuinfo': CPUINFO });
  const { lines } = await collect(cpu, machine.host, {
    'collector.cpu.info.flags-include': /^avx/,
    'collector.cpu.info.bugs-include': /^spectre/,
  });
  assert.deepEqual(lines.slice(3), [
    'node_cpu_flag_info{flag="avx"} 1',
    'node_cpu_flag_info{flag="avx2"} 1',
    'node_cpu_bug_info{bug="spectre_v1"} 1',
    'node_cpu_bug_info{bug="spectre_v2"} 1',
  ]);
});

test('cpu emits throttles once per core and per package', async () => {
  await using machine = await createHostTree({
    'proc/stat': 'intr 0\n',
    ...place('cpu0', '0', '0'),
    ...throttles('cpu0', '5', '30'),
    ...place('cpu1', '0', '0'),
    ...throttles('cpu1', '99', '99'),
    ...place('cpu10', '1', '0'),
    ...throttles('cpu10', '7', '0'),
    ...place('cpu2', '0', '1'),
    ...throttles('cpu2', '6', '99'),
    ...place('cpu3', '-1', '0'),
    ...throttles('cpu3', '99', '99'),
    'sys/devices/system/cpu/cpu4/thermal_throttle/core_throttle_count': '99\n',
    'sys/devices/system/cpu/cpufreq/boost': '1\n',
  });
  assert.deepEqual((await collect(cpu, machine.host)).lines, [
    'node_cpu_core_throttles_total{package="0",core="0"} 5',
    'node_cpu_core_throttles_total{package="1",core="0"} 7',
    'node_cpu_core_throttles_total{package="0",core="1"} 6',
    'node_cpu_package_throttles_total{package="0"} 30',
    'node_cpu_package_throttles_total{package="1"} 0',
  ]);
});

test('cpu reads the topology of a CPU once, and again when the CPU has come back online', async () => {
  await using machine = await createHostTree({
    'proc/stat': 'intr 0\n',
    ...place('cpu0', '0', '3'),
    ...throttles('cpu0', '5', '30'),
  });
  const directory = 'sys/devices/system/cpu/cpu0/thermal_throttle';
  const collectCpus = createCollectorRunner(cpu, machine.host);
  /**
   * @param changed Unix time of the last change of the directory; the collector does not cache a directory that has just
   * changed
   */
  const cores = async (changed: number): Promise<readonly string[]> => {
    await utimes(join(machine.root, directory), changed, changed);
    return (await collectCpus()).lines.filter((line) => line.startsWith('node_cpu_core_throttles_total'));
  };
  assert.deepEqual(await cores(1e9), ['node_cpu_core_throttles_total{package="0",core="3"} 5']);
  await machine.write(place('cpu0', '1', '7'));
  assert.deepEqual(await cores(1e9), ['node_cpu_core_throttles_total{package="0",core="3"} 5']);
  await machine.remove(directory);
  await machine.write(throttles('cpu0', '6', '30'));
  assert.deepEqual(await cores(1e9 + 1), ['node_cpu_core_throttles_total{package="1",core="7"} 6']);
});

test('cpu drops a malformed count and keeps the other counts of the CPU', async () => {
  await using machine = await createHostTree({
    'proc/stat': 'intr 0\n',
    ...place('cpu0', '0', '0'),
    ...throttles('cpu0', 'many', '30'),
    ...place('cpu1', '0', '1'),
    ...throttles('cpu1', '6', '31'),
  });
  assert.deepEqual(await collect(cpu, machine.host), {
    state: 'failed',
    errors: [
      'Cannot parse /sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count: ' +
        'expected an unsigned integer, got "many"',
    ],
    lines: [
      'node_cpu_package_throttles_total{package="0"} 30',
      'node_cpu_core_throttles_total{package="0",core="1"} 6',
    ],
  });
});

test('cpu emits the times and the state of the CPUs if the format of /proc/cpuinfo is unknown', async () => {
  await using machine = await createHostTree(
    {
      'proc/stat': 'cpu0 1 0 0 0\n',
      'proc/cpuinfo': 'cpu\t\t: TI UltraSparc\n',
      'sys/devices/system/cpu/isolated': '2\n',
      'sys/devices/system/cpu/online': '0\n',
      'sys/devices/system/cpu/cpu0/online': '1\n',
    },
    { machine: 'sparc64' },
  );
  assert.deepEqual(await collect(cpu, machine.host, { 'collector.cpu.info': true }), {
    state: 'failed',
    errors: ['Cannot parse /proc/cpuinfo: unknown format for machine "sparc64"'],
    lines: [
      ...['user 0.01', 'nice 0', 'system 0', 'idle 0'].map((time) => {
        const [mode, seconds] = time.split(' ');
        return `node_cpu_seconds_total{cpu="0",mode="${mode}"} ${seconds}`;
      }),
      'node_cpu_isolated{cpu="2"} 1',
      'node_cpu_online{cpu="0"} 1',
    ],
  });
});

test('cpu drops a malformed time and keeps the other times of the CPU', async () => {
  await using machine = await createHostTree({ 'proc/stat': 'cpu0 1 x 3 4\ncpu1 5 6 7 8\n' });
  assert.deepEqual(await collect(cpu, machine.host, { 'collector.cpu.guest': false }), {
    state: 'failed',
    errors: ['Cannot parse /proc/stat: expected an unsigned integer, got "x" in "cpu0 1 x 3 4"'],
    lines: [
      'node_cpu_seconds_total{cpu="0",mode="user"} 0.01',
      'node_cpu_seconds_total{cpu="0",mode="system"} 0.03',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 0.04',
      'node_cpu_seconds_total{cpu="1",mode="user"} 0.05',
      'node_cpu_seconds_total{cpu="1",mode="nice"} 0.06',
      'node_cpu_seconds_total{cpu="1",mode="system"} 0.07',
      'node_cpu_seconds_total{cpu="1",mode="idle"} 0.08',
    ],
  });
});

test('cpu emits the isolated CPUs', async () => {
  await using machine = await createHostTree({ 'proc/stat': 'intr 0\n', 'sys/devices/system/cpu/isolated': '1,3-4\n' });
  assert.deepEqual((await collect(cpu, machine.host)).lines, [
    'node_cpu_isolated{cpu="1"} 1',
    'node_cpu_isolated{cpu="3"} 1',
    'node_cpu_isolated{cpu="4"} 1',
  ]);
});

test('cpu emits online states if the first CPU has one', async () => {
  await using machine = await createHostTree({
    'proc/stat': 'intr 0\n',
    'sys/devices/system/cpu/online': '0,2\n',
    'sys/devices/system/cpu/cpu0/online': '1\n',
    'sys/devices/system/cpu/cpu1/online': '0\n',
    'sys/devices/system/cpu/cpu2/': '',
  });
  assert.deepEqual((await collect(cpu, machine.host)).lines, [
    'node_cpu_online{cpu="0"} 1',
    'node_cpu_online{cpu="1"} 0',
  ]);
  await machine.remove('sys/devices/system/cpu/cpu0/online');
  assert.deepEqual((await collect(cpu, machine.host)).lines, []);
});

for (const online of ['', '0,x\n']) {
  test(`cpu omits the online states if the list of online CPUs is ${JSON.stringify(online)}`, async () => {
    await using machine = await createHostTree({
      'proc/stat': 'intr 0\n',
      'sys/devices/system/cpu/online': online,
      'sys/devices/system/cpu/cpu0/online': '1\n',
      'sys/devices/system/cpu/cpu1/online': '1\n',
    });
    assert.deepEqual(await collect(cpu, machine.host), {
      state: 'failed',
      errors: [
        `Cannot parse /sys/devices/system/cpu/online: expected a range of CPUs, got ${JSON.stringify(online === '' ? '' : 'x')}`,
      ],
      lines: [],
    });
  });
}

test('cpu fails if /proc/stat is empty', async () => {
  await using machine = await createHostTree({ 'proc/stat': '' });
  assert.deepEqual(await collect(cpu, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/stat: expected a line such as "cpu0 1 2 3 4", got ""'],
    lines: [],
  });
});

/** Runs the collector once for each text of `/proc/stat`. Returns the times of CPU 0 after each run. */
async function watch(...stats: readonly string[]): Promise<string[]> {
  await using machine = await createHostTree({});
  const collectors = [cpu.create({ 'collector.cpu.guest': false })];
  const gatherer = new Gatherer({ host: machine.host, collectors, selfMetrics: [], observe: () => undefined });
  const passes: string[] = [];
  for (const stat of stats) {
    await machine.write({ 'proc/stat': stat });
    const { families } = await gatherer.gather({ deadline: performance.now() + 60_000 });
    passes.push(families.flatMap(({ samples }) => [...samples].map(({ value }) => value)).join(' '));
  }
  return passes;
}

test('cpu keeps the largest time of each mode', async () => {
  assert.deepEqual(await watch('cpu0 100 0 0 900 300\n', 'cpu0 99 1 0 899 301\n', 'cpu0 101 1 0 901 302\n'), [
    '1 0 0 9 3',
    '1 0.01 0 9 3.01',
    '1.01 0.01 0 9.01 3.02',
  ]);
});

test('cpu restarts the times of a CPU whose idle time fell by three seconds', async () => {
  assert.deepEqual(await watch('cpu0 100 0 0 900\n', 'cpu0 7 0 0 601\n', 'cpu0 7 0 0 301\n'), [
    '1 0 0 9',
    '1 0 0 9',
    '0.07 0 0 3.01',
  ]);
});

test('cpu restarts the times of a CPU that was offline for a pass', async () => {
  assert.deepEqual(await watch('cpu0 100 0 0 900\n', 'intr 0\n', 'cpu0 7 0 0 800\n'), ['1 0 0 9', '', '0.07 0 0 8']);
});

test('cpu is absent without /proc/stat', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(cpu, machine.host), { state: 'absent', errors: [], lines: [] });
});
