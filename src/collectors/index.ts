import type { CollectorDefinition } from '../collector.ts';
import { loadavg } from './loadavg.ts';
import { stat } from './stat.ts';
import { time } from './time.ts';
import { uname } from './uname.ts';
import { uptime } from './uptime.ts';

/** Every collector of the program, in the order of the page. */
export const collectors: readonly CollectorDefinition[] = [loadavg, stat, time, uname, uptime];
