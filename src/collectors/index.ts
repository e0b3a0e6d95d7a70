import type { CollectorDefinition } from '../collector.ts';
import { cpu } from './cpu.ts';
import { cpufreq } from './cpufreq.ts';
import { dmi } from './dmi.ts';
import { entropy } from './entropy.ts';
import { filefd } from './filefd.ts';
import { hwmon } from './hwmon.ts';
import { kernelHung } from './kernel_hung.ts';
import { loadavg } from './loadavg.ts';
import { logind } from './logind.ts';
import { meminfo } from './meminfo.ts';
import { os } from './os.ts';
import { pcidevice } from './pcidevice.ts';
import { powersupplyclass } from './powersupplyclass.ts';
import { pressure } from './pressure.ts';
import { rapl } from './rapl.ts';
import { schedstat } from './schedstat.ts';
import { selinux } from './selinux.ts';
import { softnet } from './softnet.ts';
import { stat } from './stat.ts';
import { systemd } from './systemd.ts';
import { thermalZone } from './thermal_zone.ts';
import { time } from './time.ts';
import { uname } from './uname.ts';
import { uptime } from './uptime.ts';
import { vmstat } from './vmstat.ts';
import { watchdog } from './watchdog.ts';
import { zfs } from './zfs.ts';

/** Every collector of the program, in the order of the page. */
export const collectors: readonly CollectorDefinition[] = [
  cpu,
  cpufreq,
  dmi,
  entropy,
  filefd,
  hwmon,
  kernelHung,
  loadavg,
  logind,
  meminfo,
  os,
  pcidevice,
  powersupplyclass,
  pressure,
  rapl,
  schedstat,
  selinux,
  softnet,
  stat,
  systemd,
  thermalZone,
  time,
  uname,
  uptime,
  vmstat,
  watchdog,
  zfs,
];
