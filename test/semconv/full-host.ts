import type { Files } from '../support/host-tree.ts';

/**
 * Files of a host that has a value for each metric of the semantic conventions. Two of its three CPUs share a core, and one
 * of the CPUs has a frequency governor. The host has a disk with a partition, swap, huge pages, locks, sockets in several
 * states, connection tracking, an NFS client, an NFS server, and processes in all states.
 */
export const BEFORE: Files = {
  'proc/uptime': '9246.58 17734.06\n',
  'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n',
  'proc/stat': stat([
    '44490 19 21045 1087069 220 17 3410 33 2 1',
    '44491 20 21046 1087070 221 18 3411 34 0 0',
    '44492 21 21047 1087071 222 19 3412 35 0 0',
  ]),
  'proc/cpuinfo': [0, 1, 2]
    .map((cpu) => `processor\t: ${cpu}\ncpu MHz\t\t: 2596.12${cpu}\nphysical id\t: 0\ncore id\t\t: 0\ncpu cores\t: 2\n`)
    .join('\n'),
  'sys/devices/system/cpu/offline': '\n',
  'sys/devices/system/cpu/cpu0/topology/core_cpus_list': '0-1\n',
  'sys/devices/system/cpu/cpu1/topology/core_cpus_list': '0-1\n',
  'sys/devices/system/cpu/cpu2/topology/core_cpus_list': '2\n',
  'sys/devices/system/cpu/cpu2/cpufreq/scaling_cur_freq': '1800123\n',
  'proc/meminfo': Object.entries({
    MemTotal: '8000000 kB',
    MemFree: '1000000 kB',
    MemAvailable: '5000000 kB',
    Buffers: '200000 kB',
    Cached: '3000000 kB',
    Dirty: '156 kB',
    Shmem: '12344 kB',
    SReclaimable: '300000 kB',
    SUnreclaim: '40000 kB',
    SwapTotal: '8388604 kB',
    SwapFree: '8387580 kB',
    HugePages_Total: '1000',
    HugePages_Free: '750',
    HugePages_Rsvd: '2',
    HugePages_Surp: '1',
    Hugepagesize: '2048 kB',
  })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join(''),
  'proc/swaps': 'Filename Type Size Used Priority\n/dev/dm-1 partition 8388604 1024 -2\n/swap\\040file file 0 0 -3\n',
  'proc/vmstat': 'pgpgin 1000\npgpgout 2000\npswpin 30\npswpout 40\npgfault 5000\npgmajfault 600\n',
  'proc/diskstats':
    '   8       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 3 7268 11530 1 2 3 4 5 6\n' +
    '   8       1 sda1 5001 1380 303001 2001 11001 9001 281001 8001 0 7001 11001 0 0 0 0 0 0\n',
  'sys/class/block/sda/size': '1048576\n',
  'sys/class/block/sda1/size': '1040384\n',
  'proc/1/mountinfo':
    '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n' +
    '22 21 8:2 / /data ro,relatime shared:2 - xfs /dev/sda2 rw\n' +
    '23 21 8:3 / /windows rw,relatime shared:3 - ntfs3 /dev/sda3 rw\n',
  'proc/filesystems': '\text4\n\txfs\n\tntfs3\n',
  'root/data/': '',
  'root/windows/': '',
  'proc/locks':
    '1: POSIX  ADVISORY  WRITE 3568 08:01:2531452 0 EOF\n' +
    '1: -> POSIX  ADVISORY  WRITE 3569 08:01:2531452 0 EOF\n' +
    '2: POSIX  ADVISORY  WRITE 3570 08:01:2531453 0 9\n' +
    '3: FLOCK  ADVISORY  READ 3571 08:02:7 0 EOF\n' +
    '4: LEASE  BREAKING  UNLCK 3572 08:02:8 0 EOF\n' +
    '5: FLOCK  ADVISORY  WRITE 3573 00:16:9 0 EOF\n',
  'proc/net/dev':
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
    '  eth0: 9007199254740991 911532 5 7 1 2 0 12 98341002 702113 3 4 0 6 0 0\n' +
    '    lo: 1000 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0\n',
  'proc/net/tcp': sockets([
    ['0100007F:1F90', '00000000:0000', '0A'],
    ['0100007F:1F90', '0100007F:C001', '01'],
    ['0100007F:1F90', '0100007F:C002', '01'],
    ['0100007F:1F90', '0100007F:C003', '06'],
  ]),
  'proc/net/tcp6': sockets([['00000000000000000000000000000000:1F91', `${'0'.repeat(32)}:0000`, '0A']]),
  'proc/sys/net/netfilter/nf_conntrack_count': '123\n',
  'proc/sys/net/netfilter/nf_conntrack_max': '65536\n',
  'proc/net/rpc/nfs': 'net 70 12 58 3\nrpc 4 5 6\nproc2 2 21 22\nproc3 3 31 32 33\nproc4 4 41 42 43 44\n',
  'proc/net/rpc/nfsd':
    'rc 1 2 3\nfh 4 0 0 0 0\nio 5 6\nth 8 0 0.000 0.170 0.000\nnet 70 12 58 3\nrpc 9 30 10 11 9\n' +
    'proc2 2 21 22\nproc3 3 31 32 33\nproc4 2 41 42\nproc4ops 5 0 0 0 51 52\n',
  'proc/sys/kernel/threads-max': '31743\n',
  'proc/sys/kernel/pid_max': '32768\n',
  ...processes(['S', 'R', 'R', 'D', 'I', 'T', 't', 'Z']),
};

/**
 * Files of the same host a second later. In this second CPU 1 was offline. Its counters have restarted from zero, so it has
 * no rate.
 */
export const AFTER: Files = {
  'proc/stat': stat([
    '44540 19 21060 1087089 223 18 3421 33 2 1',
    '10 0 0 20 0 0 0 0 0 0',
    '44492 21 21047 1087171 222 19 3412 35 0 0',
  ]),
};

function stat(cpus: readonly string[]): string {
  const lines = cpus.map((columns, cpu) => `cpu${cpu} ${columns}\n`);
  const rest = 'ctxt 2345678\nbtime 1790000000\nprocesses 26442\nprocs_running 2\nprocs_blocked 1\n';
  return `cpu  1 2 3 4 5 6 7 8 9 10\n${lines.join('')}intr 1462898 0 0\n${rest}softirq 1 0 0 0 0 0 0 0 0 0 0\n`;
}

function sockets(lines: readonly (readonly [local: string, remote: string, state: string])[]): string {
  const rows = lines.map(
    ([local, remote, state], index) =>
      `   ${index}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 3133${index} 1 0 100 0 0 10 0\n`,
  );
  return `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${rows.join('')}`;
}

function processes(states: readonly string[]): Files {
  return Object.fromEntries(
    states.flatMap((state, index) => {
      const pid = index + 1;
      const numbers = '0 1 1 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 1 0 5 1000 2';
      return [
        [`proc/${pid}/stat`, `${pid} (p ${pid}) ${state} ${numbers}\n`],
        [`proc/${pid}/status`, `Name:\tp${pid}\nState:\t${state}\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t0\n`],
      ];
    }),
  );
}
