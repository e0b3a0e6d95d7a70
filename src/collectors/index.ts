import type { CollectorDefinition } from '../collector.ts';
import { dmi } from './dmi.ts';
import { hwmon } from './hwmon.ts';
import { loadavg } from './loadavg.ts';
import { os } from './os.ts';
import { pcidevice } from './pcidevice.ts';
import { powersupplyclass } from './powersupplyclass.ts';
import { rapl } from './rapl.ts';
import { selinux } from './selinux.ts';
import { stat } from './stat.ts';
import { thermalZone } from './thermal_zone.ts';
import { time } from './time.ts';
import { uname } from './uname.ts';
import { uptime } from './uptime.ts';
import { watchdog } from './watchdog.ts';
import { zfs } from './zfs.ts';

/** Every collector of the program, in the order of the page. */
export const collectors: readonly CollectorDefinition[] = [
  dmi,
  hwmon,
  loadavg,
  os,
  pcidevice,
  powersupplyclass,
  rapl,
  selinux,
  stat,
  thermalZone,
  time,
  uname,
  uptime,
  watchdog,
  zfs,
];
