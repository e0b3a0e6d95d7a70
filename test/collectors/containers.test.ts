import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { containers } from '../../src/collectors/containers.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { CGROUP2, cgroup, ID_A, ID_B, netDev, processFiles } from '../support/cgroup-files.ts';
import { type Collected, collect } from '../support/collect.ts';
import { createHostTree, type Files, type HostTree } from '../support/host-tree.ts';

const A = `sys/fs/cgroup/docker/${ID_A}`;
const B = `sys/fs/cgroup/docker/${ID_B}`;
const LABELS_A = `id="/docker/${ID_A}"`;
const LABELS_B = `id="/docker/${ID_B}"`;

/** Collects all series but three, which do not depend on the usage of a container. */
async function collectUsage(machine: HostTree): Promise<Collected> {
  const collected = await collect(containers, machine.host);
  return {
    ...collected,
    lines: collected.lines.filter((line) => !/^container_(start_time_seconds|last_seen|info)\{/.test(line)),
  };
}

test('containers emits the counters of cgroup v2', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, {
      'cgroup.procs': '800\n801\n',
      'cpu.stat':
        'usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\nnr_periods 4\nnr_throttled 3\nthrottled_usec 250000\n',
      'cpu.max': '25000 100000\n',
      'cpu.weight': '100\n',
      'memory.current': '5000\n',
      'memory.peak': '7000\n',
      'memory.stat': 'anon 1000\nfile 2000\nfile_mapped 300\ninactive_file 400\npgfault 50\npgmajfault 6\n',
      'memory.events': 'low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\n',
      'memory.max': '9000\n',
      'memory.swap.current': '80\n',
      'io.stat': '254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n8:0 rbytes=5 wbytes=6 rios=7 wios=8\n',
      'pids.current': '9\n',
      'cpu.pressure':
        'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
      'memory.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n',
    }),
    ...processFiles(800, { startedAfter: 20, net: netDev('eth0', 1) }),
    ...processFiles(801, { startedAfter: 10, net: netDev('eth0', 1) }),
    'sys/dev/block/254:0': { link: '../../devices/pci0/virtio1/block/vda' },
  });
  const line = (name: string, value: number, more = ''): string => `container_${name}{${LABELS_A}${more}} ${value}`;
  assert.deepEqual(await collect(containers, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      line('cpu_usage_seconds_total', 1.5, ',cpu="total"'),
      line('cpu_user_seconds_total', 1),
      line('cpu_system_seconds_total', 0.5),
      line('spec_cpu_period', 100_000),
      line('spec_cpu_shares', 2597),
      line('spec_cpu_quota', 25_000),
      line('cpu_cfs_periods_total', 4),
      line('cpu_cfs_throttled_periods_total', 3),
      line('cpu_cfs_throttled_seconds_total', 0.25),
      line('memory_usage_bytes', 5000),
      line('memory_max_usage_bytes', 7000),
      line('memory_working_set_bytes', 4600),
      line('memory_rss', 1000),
      line('memory_cache', 2000),
      line('memory_swap', 80),
      line('memory_mapped_file', 300),
      line('memory_failcnt', 7),
      line('memory_failures_total', 50, ',failure_type="pgfault",scope="container"'),
      line('memory_failures_total', 50, ',failure_type="pgfault",scope="hierarchy"'),
      line('memory_failures_total', 6, ',failure_type="pgmajfault",scope="container"'),
      line('memory_failures_total', 6, ',failure_type="pgmajfault",scope="hierarchy"'),
      line('oom_events_total', 1),
      line('spec_memory_limit_bytes', 9000),
      ...['receive', 'transmit'].flatMap((way) => [
        line(`network_${way}_bytes_total`, 1, ',interface="eth0"'),
        line(`network_${way}_packets_total`, 2, ',interface="eth0"'),
        line(`network_${way}_errors_total`, 3, ',interface="eth0"'),
        line(`network_${way}_packets_dropped_total`, 4, ',interface="eth0"'),
      ]),
      line('fs_reads_bytes_total', 1, ',device="/dev/vda"'),
      line('fs_reads_bytes_total', 5, ',device="8:0"'),
      line('fs_writes_bytes_total', 2, ',device="/dev/vda"'),
      line('fs_writes_bytes_total', 6, ',device="8:0"'),
      line('fs_reads_total', 3, ',device="/dev/vda"'),
      line('fs_reads_total', 7, ',device="8:0"'),
      line('fs_writes_total', 4, ',device="/dev/vda"'),
      line('fs_writes_total', 8, ',device="8:0"'),
      line('processes', 2),
      line('threads', 9),
      line('pressure_cpu_waiting_seconds_total', 1),
      line('pressure_cpu_stalled_seconds_total', 0.5),
      line('pressure_memory_waiting_seconds_total', 2),
      line('start_time_seconds', 1_700_000_010),
      line('last_seen', 1_800_000_000),
      line('info', 1, `,runtime="docker",container_id="${ID_A}"`),
    ],
  });
});

test('containers emits 0 CPU shares for a cgroup with cpu.idle, and at least 2 for a weight', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cpu.weight': '0\n', 'cpu.idle': '1\n' }),
    ...cgroup(B, { 'cpu.weight': '1\n', 'cpu.idle': '0\n' }),
  });
  assert.deepEqual((await collectUsage(machine)).lines, [
    `container_spec_cpu_shares{${LABELS_A}} 0`,
    `container_spec_cpu_shares{${LABELS_B}} 2`,
  ]);
});

test('containers finds memory.peak of a container that starts after a container without this file', async () => {
  await using machine = await createHostTree({ ...CGROUP2, ...cgroup(A, { 'memory.current': '1\n' }) });
  const pass = createPass(machine);
  assert.deepEqual(valuesOf(await pass(), 'container_memory_max_usage_bytes'), []);
  await machine.write(cgroup(B, { 'memory.current': '1\n', 'memory.peak': '2\n' }));
  assert.deepEqual(valuesOf(await pass(), 'container_memory_max_usage_bytes'), [2]);
});

/** Returns the files of a container in cgroup v1. The parameters are the container's directories in three hierarchies. */
function version1({ cpu, cpuacct, memory }: { cpu: string; cpuacct: string; memory: string }): Files {
  return {
    ...cgroup(`sys/fs/cgroup/${cpu}`, {
      'cpu.stat': 'nr_periods 4\nnr_throttled 3\nthrottled_time 250000000\n',
      'cpu.cfs_quota_us': '50000\n',
      'cpu.cfs_period_us': '100000\n',
      'cpu.shares': '512\n',
    }),
    ...cgroup(`sys/fs/cgroup/${cpuacct}`, {
      'cgroup.procs': '',
      'cpuacct.usage': '1500000000\n',
      'cpuacct.stat': 'user 100\nsystem 50\n',
    }),
    ...cgroup(`sys/fs/cgroup/${memory}`, {
      'memory.usage_in_bytes': '5000\n',
      'memory.max_usage_in_bytes': '6000\n',
      'memory.stat': 'cache 1\nrss 2\ntotal_cache 2000\ntotal_rss 1000\ntotal_inactive_file 6000\n',
      'memory.limit_in_bytes': '9223372036854771712\n',
      'memory.failcnt': '7\n',
      'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
    }),
  };
}

const VERSION1_LINES = [
  `container_cpu_usage_seconds_total{${LABELS_A},cpu="total"} 1.5`,
  `container_cpu_user_seconds_total{${LABELS_A}} 1`,
  `container_cpu_system_seconds_total{${LABELS_A}} 0.5`,
  `container_spec_cpu_period{${LABELS_A}} 100000`,
  `container_spec_cpu_shares{${LABELS_A}} 512`,
  `container_spec_cpu_quota{${LABELS_A}} 50000`,
  `container_cpu_cfs_periods_total{${LABELS_A}} 4`,
  `container_cpu_cfs_throttled_periods_total{${LABELS_A}} 3`,
  `container_cpu_cfs_throttled_seconds_total{${LABELS_A}} 0.25`,
  `container_memory_usage_bytes{${LABELS_A}} 5000`,
  `container_memory_max_usage_bytes{${LABELS_A}} 6000`,
  `container_memory_working_set_bytes{${LABELS_A}} 0`,
  `container_memory_rss{${LABELS_A}} 1000`,
  `container_memory_cache{${LABELS_A}} 2000`,
  `container_memory_failcnt{${LABELS_A}} 7`,
  `container_oom_events_total{${LABELS_A}} 1`,
  `container_spec_memory_limit_bytes{${LABELS_A}} 0`,
  `container_processes{${LABELS_A}} 0`,
];

test('containers emits the counters of cgroup v1', async () => {
  const path = `docker/${ID_A}`;
  await using machine = await createHostTree(
    version1({ cpu: `cpu/${path}`, cpuacct: `cpuacct/${path}`, memory: `memory/${path}` }),
  );
  assert.deepEqual(await collectUsage(machine), { state: 'ok', errors: [], lines: VERSION1_LINES });
});

test('containers finds co-mounted controllers, and a cgroup whose path differs in one hierarchy', async () => {
  const path = `docker/${ID_A}`;
  await using machine = await createHostTree({
    ...version1({
      cpu: `cpu,cpuacct/${path}`,
      cpuacct: `cpu,cpuacct/${path}`,
      memory: `memory/user.slice/docker/${ID_A}`,
    }),
    'sys/fs/cgroup/cpu': { link: 'cpu,cpuacct' },
    'sys/fs/cgroup/cpuacct': { link: 'cpu,cpuacct' },
  });
  assert.deepEqual(await collectUsage(machine), { state: 'ok', errors: [], lines: VERSION1_LINES });
});

test('containers reads cgroup v1 on a hybrid host, and pressure from cgroup v2', async () => {
  const path = `docker/${ID_A}`;
  await using machine = await createHostTree({
    ...version1({ cpu: `cpu/${path}`, cpuacct: `cpuacct/${path}`, memory: `memory/${path}` }),
    'sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
    [`sys/fs/cgroup/unified/${path}/cpu.pressure`]: 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n',
    [`sys/fs/cgroup/unified/${path}/cpu.stat`]: 'usage_usec 1\n',
  });
  assert.deepEqual(await collectUsage(machine), {
    state: 'ok',
    errors: [],
    lines: [...VERSION1_LINES, `container_pressure_cpu_waiting_seconds_total{${LABELS_A}} 1`],
  });
});

test('containers reads the counters of the BFQ scheduler if the throttling layer has none', async () => {
  const directory = `sys/fs/cgroup/blkio/docker/${ID_A}`;
  await using machine = await createHostTree(
    cgroup(directory, {
      'blkio.throttle.io_service_bytes_recursive': 'Total 0\n',
      'blkio.bfq.io_service_bytes_recursive': '8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n',
      'blkio.bfq.io_serviced_recursive': '8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n',
    }),
  );
  assert.deepEqual((await collectUsage(machine)).lines, [
    `container_fs_reads_bytes_total{${LABELS_A},device="8:0"} 10`,
    `container_fs_writes_bytes_total{${LABELS_A},device="8:0"} 20`,
    `container_fs_reads_total{${LABELS_A},device="8:0"} 1`,
    `container_fs_writes_total{${LABELS_A},device="8:0"} 2`,
  ]);
});

test('containers omits only the network if all processes are invisible', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '0\n0\n', 'memory.current': '1\n', 'pids.current': '3\n' }),
    ...processFiles(1, { net: netDev('eth0', 1) }),
  });
  assert.deepEqual((await collectUsage(machine)).lines, [
    `container_memory_usage_bytes{${LABELS_A}} 1`,
    `container_processes{${LABELS_A}} 2`,
    `container_threads{${LABELS_A}} 3`,
  ]);
});

test('containers omits the process count if cgroup v1 lists no process but counts threads', async () => {
  await using machine = await createHostTree({
    ...cgroup(`sys/fs/cgroup/cpuacct/docker/${ID_A}`, { 'cgroup.procs': '' }),
    ...cgroup(`sys/fs/cgroup/pids/docker/${ID_A}`, { 'pids.current': '3\n' }),
  });
  assert.deepEqual((await collectUsage(machine)).lines, [`container_threads{${LABELS_A}} 3`]);
});

test('containers counts the processes of child cgroups', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '' }),
    ...cgroup(`${A}/init`, { 'cgroup.procs': '800\n' }),
    ...cgroup(`${A}/system.slice/web.service`, { 'cgroup.procs': '801\n802\n' }),
    ...processFiles(801, { net: netDev('eth0', 5) }),
  });
  const { lines } = await collectUsage(machine);
  assert.ok(lines.includes(`container_processes{${LABELS_A}} 3`), lines.join('\n'));
});

test('containers finds nested containers', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'pids.current': '2\n' }),
    ...cgroup(`${A}/docker/${ID_B}`, { 'pids.current': '1\n' }),
  });
  assert.deepEqual((await collectUsage(machine)).lines, [
    `container_threads{${LABELS_A}} 2`,
    `container_threads{id="/docker/${ID_A}/docker/${ID_B}"} 1`,
  ]);
});

test('containers omits the network of the host', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n' }),
    ...processFiles(1, { net: netDev('eth0', 1) }),
    ...processFiles(800, { net: netDev('eth0', 1) }),
    'proc/1/ns/net': { link: 'net:[4026531840]' },
    'proc/800/ns/net': { link: 'net:[4026531840]' },
  });
  assert.deepEqual((await collectUsage(machine)).lines, [`container_processes{${LABELS_A}} 1`]);
});

test('containers counts a shared network once, for the container that started first', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n' }),
    ...cgroup(B, { 'cgroup.procs': '801\n' }),
    ...processFiles(800, { startedAfter: 20, net: netDev('eth0', 7) }),
    ...processFiles(801, { startedAfter: 10 }),
    'proc/801/net': { link: '../800/net' },
  });
  const { lines } = await collectUsage(machine);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('container_network_receive_bytes')),
    [`container_network_receive_bytes_total{${LABELS_B},interface="eth0"} 7`],
  );
});

test('containers reads the network from the next process if the first one has ended', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n801\n' }),
    ...processFiles(801, { net: netDev('eth0', 7) }),
  });
  const { lines } = await collectUsage(machine);
  assert.ok(lines.includes(`container_network_receive_bytes_total{${LABELS_A},interface="eth0"} 7`), lines.join('\n'));
});

function limits(subject: string, files: Readonly<Record<string, string>>, lines: readonly string[]): void {
  test(`containers reads a memory limit that is ${subject}`, async () => {
    await using machine = await createHostTree({ ...CGROUP2, ...cgroup(A, { 'pids.current': '1\n', ...files }) });
    const collected = await collectUsage(machine);
    assert.deepEqual(collected, { state: 'ok', errors: [], lines: [...lines, `container_threads{${LABELS_A}} 1`] });
  });
}

limits('absent', {}, []);
limits('max', { 'memory.max': 'max\n' }, [`container_spec_memory_limit_bytes{${LABELS_A}} 0`]);
limits('2^63', { 'memory.max': '9223372036854775808\n' }, [`container_spec_memory_limit_bytes{${LABELS_A}} 0`]);
limits('4096', { 'memory.max': '4096\n' }, [`container_spec_memory_limit_bytes{${LABELS_A}} 4096`]);

test('containers drops the number of a damaged line and keeps everything else', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'pids.current': '1\n', 'memory.stat': 'anon 1\nfile' }),
    ...cgroup(B, { 'pids.current': '2\n' }),
  });
  assert.deepEqual(await collectUsage(machine), {
    state: 'failed',
    errors: [`Cannot parse /sys/fs/cgroup/docker/${ID_A}/memory.stat: expected a number, got "" in "file"`],
    lines: [
      `container_memory_rss{${LABELS_A}} 1`,
      `container_threads{${LABELS_A}} 1`,
      `container_threads{${LABELS_B}} 2`,
    ],
  });
});

test('containers emits a name with quotes and newlines unchanged', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup('sys/fs/cgroup/lxc.payload.a"b\nc', { 'pids.current': '1\n' }),
  });
  assert.deepEqual((await collectUsage(machine)).lines, [
    `container_threads{id="/lxc.payload.a\\"b\\nc",name="a\\"b\\nc"} 1`,
  ]);
});

test('containers ignores /proc/<pid>/cgroup, whose paths depend on the cgroup namespace', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n' }),
    'proc/800/cgroup': `0::/../../docker/${ID_A}\n`,
  });
  assert.deepEqual((await collectUsage(machine)).lines, [`container_processes{${LABELS_A}} 1`]);
});

test('containers emits only the label id with --containers.slim-labels, except on container_info', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'pids.current': '1\n', 'cgroup.procs': '800\n' }),
    ...processFiles(800, { net: netDev('eth0', 1) }),
    [`root/var/lib/docker/containers/${ID_A}/config.v2.json`]: JSON.stringify({ Name: '/web' }),
  });
  const linesOf = async (slim: boolean): Promise<readonly string[]> =>
    (await collect(containers, machine.host, { 'containers.slim-labels': slim })).lines.filter((line) =>
      /^container_(threads|network_receive_bytes_total|info)\{/.test(line),
    );
  const info = `container_info{${LABELS_A},name="web",runtime="docker",container_id="${ID_A}"} 1`;
  assert.deepEqual(await linesOf(false), [
    `container_network_receive_bytes_total{${LABELS_A},name="web",interface="eth0"} 1`,
    `container_threads{${LABELS_A},name="web"} 1`,
    info,
  ]);
  assert.deepEqual(await linesOf(true), [
    `container_network_receive_bytes_total{${LABELS_A},interface="eth0"} 1`,
    `container_threads{${LABELS_A}} 1`,
    info,
  ]);
});

test('containers is absent if no cgroup hierarchy is mounted', async () => {
  await using machine = await createHostTree({ 'sys/fs/cgroup/': '' });
  assert.deepEqual(await collect(containers, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('containers succeeds without containers', async () => {
  await using machine = await createHostTree({ ...CGROUP2, 'sys/fs/cgroup/system.slice/cpu.stat': 'usage_usec 1\n' });
  assert.deepEqual(await collect(containers, machine.host), { state: 'ok', errors: [], lines: [] });
});

function createPass(machine: HostTree): () => Promise<readonly FamilySamples[]> {
  const flags = Object.fromEntries(Object.entries(containers.flags).map(([name, flag]) => [name, flag.default]));
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: [containers.create(flags)],
    selfMetrics: [],
    observe: () => undefined,
  });
  return async () => (await gatherer.gather({ deadline: performance.now() + 60_000 })).families;
}

function valuesOf(readings: readonly FamilySamples[], name: string): readonly unknown[] {
  return readings
    .filter(({ family }) => family.name === name)
    .flatMap(({ samples }) => [...samples].map((s) => s.value));
}

test('containers gives counters the start time of the container, also after its init process has ended', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n801\n', 'cpu.stat': 'usage_usec 1500000\n', 'memory.current': '5000\n' }),
    ...processFiles(800, { startedAfter: 10 }),
    ...processFiles(801, { startedAfter: 20, net: netDev('eth0', 1) }),
  });
  const pass = createPass(machine);
  const assertStartTimes = (readings: readonly FamilySamples[]): void => {
    assert.deepEqual(valuesOf(readings, 'container_start_time_seconds'), [1_700_000_010]);
    assert.equal(readings.filter(({ family }) => family.type === 'counter').length, 9);
    for (const { family, samples } of readings) {
      const expected = family.type === 'counter' ? 1_700_000_010 : undefined;
      for (const { startTime } of samples) assert.equal(startTime, expected, family.name);
    }
  };
  assertStartTimes(await pass());
  await machine.write(cgroup(A, { 'cgroup.procs': '801\n' }));
  await machine.remove('proc/800');
  assertStartTimes(await pass());
});

test('containers drops a container that has ended, and finds one that was started again', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n', 'pids.current': '1\n' }),
    ...cgroup(B, { 'pids.current': '2\n' }),
    ...processFiles(800, { startedAfter: 10 }),
  });
  const pass = createPass(machine);
  const next = async (name: string): Promise<readonly unknown[]> => valuesOf(await pass(), name);
  assert.deepEqual(await next('container_threads'), [1, 2]);
  await machine.remove(B);
  assert.deepEqual(await next('container_threads'), [1]);
  assert.deepEqual(await next('container_start_time_seconds'), [1_700_000_010]);
  await machine.remove(A);
  assert.deepEqual(await next('container_threads'), []);
  await machine.write({
    ...cgroup(A, { 'cgroup.procs': '900\n', 'pids.current': '3\n' }),
    ...processFiles(900, { startedAfter: 30 }),
  });
  assert.deepEqual(await next('container_start_time_seconds'), [1_700_000_030]);
  assert.deepEqual(await next('container_threads'), [3]);
});

test('containers emits the start time if other lines of /proc/stat are malformed, and everything else without a boot time', async () => {
  await using tree = await createHostTree({
    ...CGROUP2,
    ...cgroup(A, { 'cgroup.procs': '800\n', 'pids.current': '1\n' }),
    ...processFiles(800, { startedAfter: 20 }),
    'proc/stat': 'processes -2049562273\nctxt x\nbtime 1700000000\n',
  });
  const collected = await collect(containers, tree.host);
  assert.equal(collected.state, 'ok');
  assert.ok(collected.lines.includes(`container_start_time_seconds{${LABELS_A}} 1700000020`));
  await tree.write({ 'proc/stat': 'processes 5\nbtime never\n' });
  const { state, errors, lines } = await collect(containers, tree.host);
  assert.equal(state, 'failed');
  assert.ok(!lines.some((line) => line.startsWith('container_start_time_seconds')));
  assert.deepEqual(errors, ['Cannot parse /proc/stat: expected a number, got "never" in "btime never"']);
  assert.ok(lines.includes(`container_threads{${LABELS_A}} 1`));
});
