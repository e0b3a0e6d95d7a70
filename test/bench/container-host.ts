/**
 * Generates the files of a host with containers. Each pod has two containers in the cgroup v2 slices of systemd. The
 * contents of a file depend only on the number of the container.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PROCESSES_PER_CONTAINER = 5;
const KUBEPODS = 'sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice';

/** Keys of `memory.stat` in kernel 6.1. The collectors use a few of them. */
const MEMORY_KEYS = [
  ...['anon', 'file', 'kernel', 'kernel_stack', 'pagetables', 'sec_pagetables', 'percpu', 'sock', 'vmalloc', 'shmem'],
  ...['zswap', 'zswapped', 'file_mapped', 'file_dirty', 'file_writeback', 'swapcached', 'anon_thp', 'file_thp'],
  ...['shmem_thp', 'inactive_anon', 'active_anon', 'inactive_file', 'active_file', 'unevictable', 'slab_reclaimable'],
  ...['slab_unreclaimable', 'slab', 'workingset_refault_anon', 'workingset_refault_file', 'workingset_activate_anon'],
  ...['workingset_activate_file', 'workingset_restore_anon', 'workingset_restore_file', 'workingset_nodereclaim'],
  ...['pgscan', 'pgsteal', 'pgscan_kswapd', 'pgscan_direct', 'pgsteal_kswapd', 'pgsteal_direct', 'pgfault'],
  ...['pgmajfault', 'pgrefill', 'pgactivate', 'pgdeactivate', 'pglazyfree', 'pglazyfreed', 'thp_fault_alloc'],
];

/** Writes the directories `proc` and `sys` into a directory. The numbers of the containers are 0 to `containers - 1`. */
export function writeContainerHost(root: string, containers: number): void {
  write(root, {
    'proc/stat': 'cpu 1 2 3 4 5 6 7 8 9 0\nbtime 1700000000\n',
    'proc/1/net/dev': netDev(1),
    'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
    'sys/fs/cgroup/system.slice/cpu.stat': 'usage_usec 1\n',
  });
  for (let index = 0; index < containers; index += 1) writeContainer(root, index);
}

export function writeContainer(root: string, index: number): void {
  write(join(root, cgroupPath(index)), cgroupFiles(index));
  for (const pid of pidsOf(index)) write(join(root, `proc/${pid}`), processFiles(pid));
}

/**
 * Removes the cgroup and the processes of a container. If the container is the last of its pod, removes the cgroup of the
 * pod too.
 */
export function removeContainer(root: string, index: number): void {
  const path = join(root, cgroupPath(index));
  rmSync(path, { recursive: true });
  if (readdirSync(dirname(path)).length === 0) rmSync(dirname(path), { recursive: true });
  for (const pid of pidsOf(index)) rmSync(join(root, `proc/${pid}`), { recursive: true });
}

function cgroupPath(index: number): string {
  const pod = Math.floor(index / 2)
    .toString(16)
    .padStart(12, '0');
  const slice = `kubepods-burstable-pod119c160d_6465_41d3_9dba_${pod}.slice`;
  return `${KUBEPODS}/${slice}/cri-containerd-${(index + 1).toString(16).padStart(64, 'c')}.scope`;
}

function pidsOf(index: number): readonly number[] {
  return Array.from(
    { length: PROCESSES_PER_CONTAINER },
    (_, process) => 1000 + index * PROCESSES_PER_CONTAINER + process,
  );
}

function cgroupFiles(index: number): Readonly<Record<string, string>> {
  const count = (factor: number): number => (index + 1) * factor;
  const pressure = [1, 2].map(
    (kind) => `${kind === 1 ? 'some' : 'full'} avg10=0.00 avg60=0.00 avg300=0.00 total=${count(kind)}\n`,
  );
  return {
    'cgroup.procs': pidsOf(index)
      .map((pid) => `${pid}\n`)
      .join(''),
    'cpu.stat': `usage_usec ${count(3000)}\nuser_usec ${count(2000)}\nsystem_usec ${count(1000)}\nnr_periods ${count(2)}\nnr_throttled ${index}\nthrottled_usec ${count(7)}\nnr_bursts 0\nburst_usec 0\n`,
    'cpu.max': '50000 100000\n',
    'cpu.weight': '79\n',
    'memory.current': `${count(1_048_576)}\n`,
    'memory.stat': MEMORY_KEYS.map((key, position) => `${key} ${count(4096 * position)}\n`).join(''),
    'memory.events': `low 0\nhigh 0\nmax ${index}\noom 0\noom_kill 0\noom_group_kill 0\n`,
    'memory.max': '2147483648\n',
    'memory.swap.current': '0\n',
    'io.stat': `259:0 rbytes=${count(4096)} wbytes=${count(8192)} rios=${count(1)} wios=${count(2)} dbytes=0 dios=0\n`,
    'pids.current': `${PROCESSES_PER_CONTAINER * 3}\n`,
    'cpu.pressure': pressure.join(''),
    'memory.pressure': pressure.join(''),
    'io.pressure': pressure.join(''),
  };
}

function processFiles(pid: number): Readonly<Record<string, string>> {
  return {
    stat: `${pid} (app) S 1 ${pid} ${pid} 0 -1 4194560 1057 285 4 4 200 100 7 8 20 0 3 0 ${pid} 2322432 348 0\n`,
    status: 'Name:\tapp\nVmSize:\t    2268 kB\nVmRSS:\t    1516 kB\nRssFile:\t    1464 kB\nThreads:\t3\n',
    'net/dev': netDev(pid),
  };
}

function netDev(bytes: number): string {
  const line = `${bytes * 1000} ${bytes} 0 0 0 0 0 0 ${bytes * 2000} ${bytes * 2} 0 0 0 0 0 0`;
  return `Inter-|   Receive  |  Transmit\n face |bytes    packets\n    lo: ${line}\n  eth0: ${line}\n`;
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
