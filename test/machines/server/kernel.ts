import type { Files } from '../../support/host-tree.ts';
import { attributes, type Pick, run } from './moment.ts';

/** Returns the files about memory, processes and the counters of the kernel. */
export function kernelFiles(pick: Pick): Files {
  return {
    'proc/loadavg': pick('0.57 0.80 0.77 2/179 2736\n', '1.25 0.95 0.82 3/180 2790\n'),
    'proc/uptime': pick('9246.58 17734.06\n', '9261.58 17760.00\n'),
    'proc/sys/fs/file-nr': `${pick(1024, 1056)}\t0\t9223372036854775807\n`,
    'proc/cgroups': `#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t5\t${pick(47, 48)}\t1\nmemory\t0\t172\t0\n`,
    ...attributes('proc/sys/kernel', {
      ostype: 'Linux',
      osrelease: '6.18.0',
      version: '#1 SMP',
      hostname: 'server',
      domainname: '(none)',
      hung_task_detect_count: pick(0, 1),
      'threads-max': 191_000,
      pid_max: 4_194_304,
    }),
    ...attributes('proc/sys/kernel/random', { entropy_avail: 256, poolsize: 256 }),
    ...pressureFiles(pick),
    ...processFiles(pick),
    ...memoryFiles(pick),
    ...attributes('sys/devices/system/clocksource/clocksource0', {
      current_clocksource: pick('tsc', 'hpet'),
      available_clocksource: 'tsc hpet acpi_pm',
    }),
    'sys/fs/selinux/enforce': pick('1', '0'),
    'proc/self/attr/current': 'system_u:system_r:init_t:s0\0',
    'root/etc/selinux/config': 'SELINUX=enforcing\n',
    'root/etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13"\n',
  };
}

function pressureFiles(pick: Pick): Files {
  const row = (kind: string, total: number): string => `${kind} avg10=0.00 avg60=0.10 avg300=0.20 total=${total}\n`;
  return {
    'proc/pressure/cpu': row('some', pick(14_036_781, 14_136_781)) + row('full', 0),
    'proc/pressure/io': row('some', 15) + row('full', pick(3, 25)),
    'proc/pressure/memory': row('some', 7) + row('full', 5),
    'proc/pressure/irq': row('full', pick(8494, 8500)),
  };
}

/** Returns the files about processes. Process 42 ends before the second moment. */
function processFiles(pick: Pick): Files {
  const stat = (pid: number, name: string, state: string, threads: number): string =>
    `${pid} (${name}) ${state} 1 1 1 0 -1 4194560 ${run(1, 10)} ${threads} 0 26 ${run(1, 30)}\n`;
  return {
    'proc/1/stat': stat(1, 'init', 'S', 1),
    'proc/1/task/': '',
    'proc/77/stat': stat(77, 'a) R (b', 'R', 2),
    'proc/77/task/77/stat': stat(77, 'a) R (b', 'R', 2),
    'proc/77/task/78/stat': stat(78, 'worker', pick('D', 'S'), 2),
    ...pick<Files>({ 'proc/42/stat': stat(42, 'short', 'Z', 1), 'proc/42/task/': '' }, {}),
  };
}

function memoryFiles(pick: Pick): Files {
  const zone = (node: number, free: number): string =>
    `Node ${node}, zone   Normal\n  pages free     ${free}\n        min      30\n        low      37\n        high     44\n        protection: (0, 3019)\n      nr_free_pages ${free}\n      numa_hit     ${free + 5}\n`;
  const slab = (name: string, active: number): string =>
    `${name} ${active} 900 192 21 1 : tunables 0 0 0 : slabdata 42 42 0\n`;
  return {
    'proc/meminfo': `MemTotal: 24684092 kB\nMemFree: ${pick(20_000_000, 19_000_000)} kB\nMemAvailable: 22000000 kB
Buffers: 48284 kB\nCached: 480000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\nActive(anon): 12 kB\nHugePages_Total: 3\nZswap: 0 kB\n`,
    'proc/vmstat': `nr_free_pages 977769\npgpgin 5\npgpgout ${pick(6, 60)}\npgfault ${pick(9_007_199_254, 9_007_199_999)}\noom_kill ${pick(0, 1)}\n`,
    'proc/zoneinfo': zone(0, pick(3841, 3800)) + zone(1, 77),
    'proc/buddyinfo': `Node 0, zone   Normal   ${pick('4 3 2', '3 3 2')}\nNode 1, zone   Normal   1 0 9\n`,
    'proc/slabinfo': `slabinfo - version: 2.1\n# name <active_objs>\n${slab('dentry', pick(700, 720))}${slab(':A-0000128', 13)}`,
    ...attributes('sys/kernel/mm/ksm', {
      full_scans: pick(4, 5),
      general_profit: -4096,
      merge_across_nodes: 1,
      pages_shared: 5,
      pages_sharing: 255,
      pages_to_scan: 100,
      pages_unshared: 0,
      pages_volatile: 7,
      run: 1,
      sleep_millisecs: 20,
    }),
    ...Object.assign({}, ...[0, 1].map((node) => numaFiles(node, pick))),
  };
}

function numaFiles(node: number, pick: Pick): Files {
  const directory = `sys/devices/system/node/node${node}`;
  return {
    [`${directory}/meminfo`]: `Node ${node} MemTotal: 12000000 kB\nNode ${node} MemFree: ${pick(9, 8)} kB\nNode ${node} HugePages_Total: 2\n`,
    [`${directory}/numastat`]: `numa_hit ${pick(300, 310)}\nnuma_miss 0\nlocal_node ${pick(299, 309)}\n`,
  };
}
