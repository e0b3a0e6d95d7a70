import type { CollectorDefinition } from '../collection/collector.ts';
import { arp } from './arp.ts';
import { bcache } from './bcache/bcache.ts';
import { bcachefs } from './bcachefs.ts';
import { bonding } from './bonding.ts';
import { btrfs } from './btrfs.ts';
import { buddyinfo } from './buddyinfo.ts';
import { cgroups } from './cgroups.ts';
import { conntrack } from './conntrack.ts';
import { containerPids } from './container-pids.ts';
import { containers } from './containers.ts';
import { cpu } from './cpu/cpu.ts';
import { cpuVulnerabilities } from './cpu_vulnerabilities.ts';
import { cpufreq } from './cpufreq.ts';
import { diskstats } from './diskstats/diskstats.ts';
import { dmi } from './dmi.ts';
import { dmmultipath } from './dmmultipath.ts';
import { drbd } from './drbd.ts';
import { edac } from './edac.ts';
import { entropy } from './entropy.ts';
import { fibrechannel } from './fibrechannel.ts';
import { filefd } from './filefd.ts';
import { filesystem } from './filesystem/filesystem.ts';
import { hwmon } from './hwmon/hwmon.ts';
import { infiniband } from './infiniband/infiniband.ts';
import { interrupts } from './interrupts.ts';
import { ipvs } from './ipvs.ts';
import { kernelHung } from './kernel_hung.ts';
import { ksmd } from './ksmd.ts';
import { lnstat } from './lnstat.ts';
import { loadavg } from './loadavg.ts';
import { logind } from './logind.ts';
import { mdadm } from './mdadm.ts';
import { meminfo } from './meminfo/meminfo.ts';
import { meminfoNuma } from './meminfo_numa.ts';
import { mountstats } from './mountstats/mountstats.ts';
import { netclass } from './netclass/netclass.ts';
import { netdev } from './netdev/netdev.ts';
import { netstat } from './netstat.ts';
import { nfs } from './nfs/nfs.ts';
import { nfsd } from './nfsd/nfsd.ts';
import { ntp } from './ntp/ntp.ts';
import { nvme } from './nvme.ts';
import { os } from './os.ts';
import { pcidevice } from './pcidevice/pcidevice.ts';
import { powersupplyclass } from './powersupplyclass.ts';
import { pressure } from './pressure.ts';
import { processes } from './processes.ts';
import { rapl } from './rapl.ts';
import { schedstat } from './schedstat.ts';
import { selinux } from './selinux.ts';
import { slabinfo } from './slabinfo.ts';
import { sockstat } from './sockstat.ts';
import { softirqs } from './softirqs.ts';
import { softnet } from './softnet.ts';
import { stat } from './stat.ts';
import { swap } from './swap.ts';
import { sysctl } from './sysctl.ts';
import { systemd } from './systemd/systemd.ts';
import { tapestats } from './tapestats.ts';
import { tcpstat } from './tcpstat.ts';
import { textfile } from './textfile/textfile.ts';
import { thermalZone } from './thermal_zone.ts';
import { time } from './time.ts';
import { timex } from './timex.ts';
import { udpQueues } from './udp_queues.ts';
import { uname } from './uname.ts';
import { uptime } from './uptime.ts';
import { vmstat } from './vmstat.ts';
import { watchdog } from './watchdog.ts';
import { xfrm } from './xfrm.ts';
import { xfs } from './xfs.ts';
import { zfs } from './zfs.ts';
import { zoneinfo } from './zoneinfo.ts';

/** All built-in collectors, in the order of the exposition. */
export const collectors: readonly CollectorDefinition[] = [
  arp,
  bcache,
  bcachefs,
  bonding,
  btrfs,
  buddyinfo,
  cgroups,
  conntrack,
  containerPids,
  containers,
  cpu,
  cpuVulnerabilities,
  cpufreq,
  diskstats,
  dmi,
  dmmultipath,
  drbd,
  edac,
  entropy,
  fibrechannel,
  filefd,
  filesystem,
  hwmon,
  infiniband,
  interrupts,
  ipvs,
  kernelHung,
  ksmd,
  lnstat,
  loadavg,
  logind,
  mdadm,
  meminfo,
  meminfoNuma,
  mountstats,
  netclass,
  netdev,
  netstat,
  nfs,
  nfsd,
  ntp,
  nvme,
  os,
  pcidevice,
  powersupplyclass,
  pressure,
  processes,
  rapl,
  schedstat,
  selinux,
  slabinfo,
  sockstat,
  softirqs,
  softnet,
  stat,
  swap,
  sysctl,
  systemd,
  tapestats,
  tcpstat,
  textfile,
  thermalZone,
  time,
  timex,
  udpQueues,
  uname,
  uptime,
  vmstat,
  watchdog,
  xfrm,
  xfs,
  zfs,
  zoneinfo,
];
