import type { Files } from '../../support/host-tree.ts';
import { attributes, type Pick, run } from './moment.ts';

/** Returns the files about four CPUs. CPU 3 is offline at the second moment. */
export function cpuFiles(pick: Pick): Files {
  const cpus = pick([0, 1, 2, 3], [0, 1, 2]);
  const grown = pick(0, 400);
  const ticks = cpus.map((cpu) => `cpu${cpu} ${run(1000 * (cpu + 1) + grown, 10)}\n`).join('');
  const sched = cpus.map((cpu) => `cpu${cpu} 0 0 0 0 0 0 ${run(7_000_000_000 + cpu + grown, 3)}\ndomain0 f 1 2 3\n`);
  const names = cpus.map((cpu) => `CPU${cpu}`).join('       ');
  const counts = (first: number): string => cpus.map((cpu) => first + cpu + grown).join('   ');
  const softnet = cpus.map((cpu) =>
    [5000 + grown, cpu, 3, 0, 0, 0, 0, 0, 0, 7, 1, 2, cpu, 4, 5]
      .map((count) => count.toString(16).padStart(8, '0'))
      .join(' '),
  );
  return {
    'proc/stat': `cpu  ${run(9000, 10)}\n${ticks}intr ${5_000_000 + grown} 18 0 7\nctxt ${7_000_000 + grown}
btime 1790000000\nprocesses ${26_442 + grown}\nprocs_running 2\nprocs_blocked ${pick(0, 1)}\nsoftirq ${run(9 + grown, 11)}\n`,
    'proc/schedstat': `version 15\ntimestamp 4295123456\n${sched.join('')}`,
    'proc/interrupts': `           ${names}
   8:   ${counts(1)}   IO-APIC   8-edge      rtc0
  24:   ${counts(70)}   PCI-MSIX-0000:01:00.0   0-edge      eth0, eth1
 NMI:   ${counts(3)}   Non-maskable interrupts
 ERR:          0
`,
    // The kernel prints a column for each possible CPU, including offline CPUs.
    'proc/softirqs': `       CPU0 CPU1 CPU2 CPU3\n      HI: 1 2 3 4\n   TIMER: ${run(100 + grown, 4)}\n`,
    'proc/net/softnet_stat': `${softnet.join('\n')}\n`,
    ...attributes('sys/devices/system/cpu', { isolated: '2-3', offline: pick('', '3'), online: pick('0-3', '0-2') }),
    ...attributes('sys/devices/system/cpu/vulnerabilities', {
      meltdown: 'Mitigation: PTI',
      mds: pick('Vulnerable', 'Mitigation: Clear CPU buffers; SMT vulnerable'),
      srbds: 'Not affected',
    }),
    ...Object.assign({}, ...[0, 1, 2, 3].map((cpu) => oneCpu(cpu, cpus.includes(cpu), grown))),
  };
}

/** Returns the files about one CPU. An offline CPU has no topology and no frequency. */
function oneCpu(cpu: number, isOnline: boolean, grown: number): Files {
  const directory = `sys/devices/system/cpu/cpu${cpu}`;
  if (!isOnline) return attributes(directory, { online: 0 });
  return {
    ...attributes(directory, { online: 1 }),
    ...attributes(`${directory}/topology`, { core_id: cpu % 2, physical_package_id: Math.floor(cpu / 2) }),
    ...attributes(`${directory}/thermal_throttle`, { core_throttle_count: cpu + grown, package_throttle_count: grown }),
    ...attributes(`${directory}/cpufreq`, {
      cpuinfo_min_freq: 800_000,
      cpuinfo_max_freq: 3_400_000,
      scaling_cur_freq: 1_200_000 + cpu + grown,
      scaling_min_freq: 800_000,
      scaling_max_freq: 3_400_000,
      scaling_governor: 'schedutil',
      scaling_available_governors: 'performance schedutil',
    }),
  };
}
