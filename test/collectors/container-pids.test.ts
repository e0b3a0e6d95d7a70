import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerPids } from '../../src/collectors/container-pids.ts';
import { CGROUP2, cgroup, ID_A, netDev } from '../support/cgroup-files.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { startHttpServer } from '../support/unix-servers.ts';

const DIRECTORY = `sys/fs/cgroup/docker/${ID_A}`;
const REST = 'S 1 1 1 0 -1 4194560 1057 285 4 4 10 20 30 40 20 0 5 0 98132 2322432 348 0';

function files(processes: string) {
  return {
    ...CGROUP2,
    ...cgroup(DIRECTORY, { 'cgroup.procs': processes }),
    'proc/800/stat': `800 (a) R (b) ${REST}\n`,
    'proc/800/status': 'Name:\ta\nVmSize:\t    2300 kB\nRssFile:\t    1464 kB\nVmRSS:\t    1516 kB\nThreads:\t5\n',
    'proc/800/net/dev': `${netDev('lo', 5)}${netDev('eth0', 7).split('\n')[2]}\n`,
  };
}

const labels = (type: string, more = ''): string => `{id="${ID_A}",type="${type}"${more}}`;
const LINES = [
  `node_container_cpu_utime${labels('utime', ',pid="800"')} 10`,
  `node_container_cpu_stime${labels('stime', ',pid="800"')} 20`,
  `node_container_cpu_cutime${labels('cutime', ',pid="800"')} 30`,
  `node_container_cpu_cstime${labels('cstime', ',pid="800"')} 40`,
  `node_container_memory_vmsize${labels('vmsize', ',pid="800"')} 2300`,
  `node_container_memory_vmrss${labels('vmrss', ',pid="800"')} 1516`,
  `node_container_memory_rssfile${labels('rssfile', ',pid="800"')} 1464`,
  `node_container_net_rxbytes${labels('rx_bytes')} 12`,
  `node_container_net_txbytes${labels('tx_bytes')} 12`,
  `node_container_net_rxpackets${labels('rx_packets')} 4`,
  `node_container_net_txpackets${labels('tx_packets')} 4`,
];

test('container-pids is disabled by default', () => {
  assert.equal(containerPids.enabled, false);
});

test('container-pids emits each process once, and the sum of all interfaces', async () => {
  await using machine = await createHostTree(files('800\n800\n'));
  assert.deepEqual(await collect(containerPids, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('container-pids skips a process that ends during the pass', async () => {
  await using machine = await createHostTree({
    ...files('801\n802\n800\n'),
    'proc/802/stat': `802 (sh) ${REST}\n`,
  });
  assert.deepEqual(await collect(containerPids, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('container-pids keeps the CPU time of a process with a damaged status, and its neighbours', async () => {
  await using machine = await createHostTree({
    ...files('801\n800\n'),
    'proc/801/stat': `801 (sh) ${REST}\n`,
    'proc/801/status': 'VmRSS:\tx\n',
  });
  const { state, errors, lines } = await collect(containerPids, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /proc/801/status: unexpected line "VmRSS:\\tx"']);
  const isOf801 = (line: string): boolean => line.includes('pid="801"');
  assert.deepEqual(
    lines.filter((line) => !isOf801(line)),
    LINES,
  );
  assert.equal(lines.filter(isOf801).length, 4);
});

test('container-pids omits the memory of a zombie process', async () => {
  await using machine = await createHostTree({
    ...files('800\n'),
    'proc/800/status': 'Name:\ta\nState:\tZ (zombie)\n',
  });
  const { lines } = await collect(containerPids, machine.host);
  assert.deepEqual(
    lines,
    LINES.filter((line) => !line.includes('_memory_')),
  );
});

test('container-pids adds the name of the container', async () => {
  await using docker = await startHttpServer((_, response) =>
    response.end(JSON.stringify([{ Id: ID_A, Names: ['/web'] }])),
  );
  await using machine = await createHostTree(files('800\n'));
  const { lines } = await collect(containerPids, machine.host, { 'containers.docker-socket': docker.path });
  assert.deepEqual(
    lines,
    LINES.map((line) => line.replace(',type', ',name="web",type')),
  );
});
