import type { CollectorDefinition } from '../collector.ts';
import { hwmon } from './hwmon.ts';
import { loadavg } from './loadavg.ts';
import { powersupplyclass } from './powersupplyclass.ts';
import { rapl } from './rapl.ts';
import { stat } from './stat.ts';
import { thermalZone } from './thermal_zone.ts';
import { time } from './time.ts';
import { uname } from './uname.ts';
import { uptime } from './uptime.ts';
import { watchdog } from './watchdog.ts';

/** Every collector of the program, in the order of the page. */
export const collectors: readonly CollectorDefinition[] = [
  hwmon,
  loadavg,
  powersupplyclass,
  rapl,
  stat,
  thermalZone,
  time,
  uname,
  uptime,
  watchdog,
];
