/**
 * Generates the kernel files of a large host with 256 CPUs, 64 disks, 128 network interfaces and 300 mounts. The same seed
 * generates the same files, so two exporters can be measured on equal hosts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRandom, type Random } from '../support/random.ts';

export interface BigHostSize {
  readonly cpus: number;
  readonly disks: number;
  readonly interfaces: number;
  readonly mounts: number;
}

export const BIG_HOST: BigHostSize = { cpus: 256, disks: 64, interfaces: 128, mounts: 300 };

/** Writes the directories `proc`, `sys`, `root` and `udev` into a directory. */
export async function writeBigHost(root: string, size: BigHostSize = BIG_HOST, seed = 1): Promise<void> {
  const random = createRandom(seed);
  const files = new Map<string, string>([
    ...kernelFiles(size, random),
    ...cpuFiles(size, random),
    ...diskFiles(size, random),
    ...interfaceFiles(size, random),
    ...mountFiles(size),
  ]);
  for (const [path, text] of files) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
  }
}

type Files = Iterable<readonly [path: string, text: string]>;

function counts(random: Random, length: number): number[] {
  return Array.from({ length }, () => random(1e9));
}

function indices(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function kernelFiles({ cpus }: BigHostSize, random: Random): Files {
  const memory = ['MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SwapTotal', 'SwapFree', 'Dirty', 'Slab'];
  const vm = ['nr_free_pages', 'pgpgin', 'pgpgout', 'pswpin', 'pswpout', 'pgfault', 'pgmajfault', 'oom_kill'];
  const pressure =
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=52592034\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n';
  const softnet = indices(cpus).map((cpu) =>
    [...counts(random, 12), cpu, 0, 0].map((count) => count.toString(16).padStart(8, '0')).join(' '),
  );
  return [
    ['proc/loadavg', '97.57 88.80 79.77 120/7900 27360\n'],
    ['proc/uptime', '9246.58 17734.06\n'],
    ['proc/meminfo', memory.map((name) => `${name}: ${random(1e9)} kB\n`).join('')],
    ['proc/vmstat', vm.map((name) => `${name} ${random(1e9)}\n`).join('')],
    ['proc/net/arp', 'IP address       HW type     Flags       HW address            Mask     Device\n'],
    ['proc/net/softnet_stat', `${softnet.join('\n')}\n`],
    ['proc/net/sockstat', 'sockets: used 290\nTCP: inuse 4 orphan 0 tw 4 alloc 17 mem 1\nUDP: inuse 0 mem 0\n'],
    ['proc/net/netstat', 'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 3 3\n'],
    [
      'proc/net/snmp',
      'Tcp: ActiveOpens PassiveOpens CurrEstab\nTcp: 3556 230 4\nUdp: InDatagrams NoPorts\nUdp: 88542 120\n',
    ],
    ['proc/net/snmp6', 'Ip6InOctets 460\nIp6OutOctets 536\n'],
    ['proc/sys/fs/file-nr', '1024\t0\t1631329\n'],
    ['proc/sys/kernel/random/entropy_avail', '256\n'],
    ['proc/sys/kernel/random/poolsize', '256\n'],
    ...['ostype', 'osrelease', 'version', 'hostname', 'domainname'].map(
      (name) => [`proc/sys/kernel/${name}`, `${name}\n`] as const,
    ),
    ...['cpu', 'memory', 'io'].map((name) => [`proc/pressure/${name}`, pressure] as const),
  ];
}

function cpuFiles({ cpus }: BigHostSize, random: Random): Files {
  const lines = indices(cpus).map((cpu) => `cpu${cpu} ${counts(random, 10).join(' ')}`);
  const stat = ['cpu  1 2 3 4 5 6 7 8 9 10', ...lines, `intr ${counts(random, 3000).join(' ')}`, 'ctxt 38014093'];
  const rest = [
    'btime 1790000000',
    'processes 26442',
    'procs_running 2',
    'procs_blocked 0',
    `softirq ${counts(random, 11).join(' ')}`,
  ];
  const sched = indices(cpus).map(
    (cpu) => `cpu${cpu} ${counts(random, 9).join(' ')}\ndomain0 ff ${counts(random, 36).join(' ')}\n`,
  );
  return [
    ['proc/stat', `${[...stat, ...rest].join('\n')}\n`],
    ['proc/schedstat', `version 15\ntimestamp 15819019232\n${sched.join('')}`],
    ['sys/devices/system/cpu/isolated', '\n'],
    ['sys/devices/system/cpu/offline', '\n'],
    ...indices(cpus).flatMap((cpu) => oneCpuFiles(`sys/devices/system/cpu/cpu${cpu}`, cpu, random)),
  ];
}

function oneCpuFiles(path: string, cpu: number, random: Random): (readonly [string, string])[] {
  const frequency = [
    'cpuinfo_cur_freq',
    'cpuinfo_min_freq',
    'cpuinfo_max_freq',
    'scaling_cur_freq',
    'scaling_min_freq',
    'scaling_max_freq',
  ];
  return [
    [`${path}/online`, '1\n'],
    [`${path}/topology/core_id`, `${cpu % 64}\n`],
    [`${path}/topology/physical_package_id`, `${Math.floor(cpu / 64)}\n`],
    [`${path}/thermal_throttle/core_throttle_count`, `${random(100)}\n`],
    [`${path}/thermal_throttle/package_throttle_count`, `${random(100)}\n`],
    ...frequency.map((name) => [`${path}/cpufreq/${name}`, `${random(4e6)}\n`] as const),
    [`${path}/cpufreq/scaling_governor`, 'performance\n'],
    [`${path}/cpufreq/scaling_available_governors`, 'performance powersave\n'],
    [`${path}/cpufreq/scaling_driver`, 'intel_pstate\n'],
    [`${path}/cpufreq/scaling_setspeed`, '<unsupported>\n'],
    [`${path}/cpufreq/cpuinfo_transition_latency`, '0\n'],
    [`${path}/cpufreq/affected_cpus`, `${cpu}\n`],
    [`${path}/cpufreq/related_cpus`, `${cpu}\n`],
  ];
}

function diskFiles({ disks }: BigHostSize, random: Random): Files {
  const names = indices(disks).map((disk) => `nvme${disk}n1`);
  const lines = names.map((name, disk) => ` 259 ${disk} ${name} ${counts(random, 17).join(' ')}\n`);
  return [
    ['proc/diskstats', lines.join('')],
    ...names.map((name) => [`sys/block/${name}/queue/rotational`, '0\n'] as const),
    ...names.map(
      (name, disk) => [`udev/b259:${disk}`, `E:ID_MODEL=Disk ${name}\nE:ID_SERIAL_SHORT=S${disk}\n`] as const,
    ),
  ];
}

const INTERFACE_ATTRIBUTES: Readonly<Record<string, string>> = {
  addr_assign_type: '0',
  addr_len: '6',
  address: '02:fc:00:00:00:01',
  broadcast: 'ff:ff:ff:ff:ff:ff',
  carrier: '1',
  carrier_changes: '2',
  carrier_down_count: '1',
  carrier_up_count: '1',
  dev_id: '0x0',
  dev_port: '0',
  dormant: '0',
  duplex: 'full',
  flags: '0x1003',
  gro_flush_timeout: '0',
  ifalias: '',
  iflink: '4',
  link_mode: '0',
  mtu: '1500',
  name_assign_type: '1',
  netdev_group: '0',
  operstate: 'up',
  proto_down: '0',
  speed: '10000',
  tx_queue_len: '1000',
  type: '1',
  uevent: 'INTERFACE=eth',
};

function interfaceFiles({ interfaces }: BigHostSize, random: Random): Files {
  const names = indices(interfaces).map((index) => `eth${index}`);
  const head =
    'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  return [
    ['proc/net/dev', head + names.map((name) => `${name}: ${counts(random, 16).join(' ')}\n`).join('')],
    ...names.flatMap((name, index) => [
      ...Object.entries(INTERFACE_ATTRIBUTES).map(
        ([file, text]) => [`sys/class/net/${name}/${file}`, `${text}\n`] as const,
      ),
      [`sys/class/net/${name}/ifindex`, `${index + 2}\n`] as const,
    ]),
  ];
}

function mountFiles({ mounts }: BigHostSize): Files {
  const points = indices(mounts).map((index) => `/data/volume-${index}`);
  const lines = points.map(
    (point, index) => `${100 + index} 27 8:${index} / ${point} rw,relatime shared:1 - ext4 /dev/sd${index} rw\n`,
  );
  const mounted = points.map((point, index) => `/dev/sd${index} ${point} ext4 rw,relatime 0 0\n`);
  return [
    ['proc/1/mountinfo', lines.join('')],
    ['proc/1/mounts', mounted.join('')],
    ['proc/mounts', mounted.join('')],
    ...points.map((point) => [`root${point}/.keep`, ''] as const),
  ];
}
