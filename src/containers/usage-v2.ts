/** https://docs.kernel.org/admin-guide/cgroup-v2.html */
import type { TreeFolder } from '../host.ts';
import { type DeviceIo, flatKeyed, parseCpuMax, parseIoStat, parseLimit } from '../parse/cgroup.ts';
import { parseNumberFile } from '../parse/lines.ts';
import type { CpuUsage, MemoryUsage } from './usage.ts';

type Folder = TreeFolder | undefined;

const MICROSECONDS = 1e6;

const parseCpuStat = flatKeyed(
  'usage_usec',
  'user_usec',
  'system_usec',
  'nr_periods',
  'nr_throttled',
  'throttled_usec',
);

export function readCpu2(folder: Folder): CpuUsage {
  const stat = folder?.findRecord('cpu.stat', parseCpuStat);
  const max = folder?.findRecord('cpu.max', parseCpuMax);
  const weight = folder?.findRecord('cpu.weight', parseNumberFile);
  const seconds = (key: string): number | undefined => {
    const microseconds = stat?.get(key);
    return microseconds === undefined ? undefined : microseconds / MICROSECONDS;
  };
  return {
    usage: seconds('usage_usec'),
    user: seconds('user_usec'),
    system: seconds('system_usec'),
    periods: stat?.get('nr_periods'),
    throttledPeriods: stat?.get('nr_throttled'),
    throttled: seconds('throttled_usec'),
    quota: max?.quota,
    period: max?.period,
    shares: weight === undefined ? undefined : toShares(weight),
  };
}

/** As cAdvisor turns the weight of version 2, 1 to 10,000, into the shares of version 1, 2 to 262,144. */
function toShares(weight: number): number {
  return 2 + Math.trunc(((weight - 1) * 262_142) / 9999);
}

const parseMemoryStat = flatKeyed('anon', 'file', 'file_mapped', 'inactive_file', 'pgfault', 'pgmajfault');
const parseMemoryEvents = flatKeyed('max', 'oom_kill');

export function readMemory2(folder: Folder): MemoryUsage {
  const stat = folder?.findRecord('memory.stat', parseMemoryStat);
  const events = folder?.findRecord('memory.events', parseMemoryEvents);
  // Its counts are those of the cgroups in it as well, and there are no others.
  const faults = (key: string) => ({ own: stat?.get(key), hierarchy: stat?.get(key) });
  return {
    usage: folder?.findRecord('memory.current', parseNumberFile),
    rss: stat?.get('anon'),
    cache: stat?.get('file'),
    mappedFile: stat?.get('file_mapped'),
    inactiveFile: stat?.get('inactive_file'),
    swap: folder?.findRecord('memory.swap.current', parseNumberFile),
    failures: events?.get('max'),
    faults: faults('pgfault'),
    majorFaults: faults('pgmajfault'),
    oomKills: events?.get('oom_kill'),
    limit: folder?.findRecord('memory.max', parseLimit),
  };
}

export function readIo2(folder: Folder): readonly DeviceIo[] {
  return folder?.findRecord('io.stat', parseIoStat) ?? [];
}
