/** https://docs.kernel.org/admin-guide/cgroup-v2.html */
import type { KernelDirectory } from '../../host/host.ts';
import { createFlatKeyedParser, type DeviceIo, parseCpuMax, parseIoStat, parseLimit } from '../../parse/cgroup.ts';
import { parseNumberFile } from '../../parse/lines.ts';
import type { CpuUsage, MemoryUsage } from './usage.ts';

type Folder = KernelDirectory | undefined;

const MICROSECONDS = 1e6;

const parseCpuStat = createFlatKeyedParser(
  'usage_usec',
  'user_usec',
  'system_usec',
  'nr_periods',
  'nr_throttled',
  'throttled_usec',
);

export function readCpu2(folder: Folder): CpuUsage {
  const [usage, user, system, periods, throttledPeriods, throttled] =
    folder?.findRecord('cpu.stat', parseCpuStat) ?? [];
  const max = folder?.findRecord('cpu.max', parseCpuMax);
  const weight = folder?.findNumber('cpu.weight', parseNumberFile);
  return {
    usage: toSeconds(usage),
    user: toSeconds(user),
    system: toSeconds(system),
    periods,
    throttledPeriods,
    throttled: toSeconds(throttled),
    quota: max?.quota,
    period: max?.period,
    shares: weight === undefined ? undefined : toShares(weight),
  };
}

function toSeconds(microseconds: number | undefined): number | undefined {
  return microseconds === undefined ? undefined : microseconds / MICROSECONDS;
}

/** As cAdvisor turns the weight of version 2, 1 to 10,000, into the shares of version 1, 2 to 262,144. */
function toShares(weight: number): number {
  return 2 + Math.trunc(((weight - 1) * 262_142) / 9999);
}

const parseMemoryStat = createFlatKeyedParser('anon', 'file', 'file_mapped', 'inactive_file', 'pgfault', 'pgmajfault');
const parseMemoryEvents = createFlatKeyedParser('max', 'oom_kill');

export function readMemory2(folder: Folder): MemoryUsage {
  const stat = folder?.findRecord('memory.stat', parseMemoryStat);
  const [rss, cache, mappedFile, inactiveFile, faults, majorFaults] = stat ?? [];
  const [failures, oomKills] = folder?.findRecord('memory.events', parseMemoryEvents) ?? [];
  return {
    usage: folder?.findNumber('memory.current', parseNumberFile),
    rss,
    cache,
    mappedFile,
    inactiveFile,
    swap: folder?.findNumber('memory.swap.current', parseNumberFile),
    failures,
    // Its counts are those of the cgroups in it as well, and there are no others.
    faults: { own: faults, hierarchy: faults },
    majorFaults: { own: majorFaults, hierarchy: majorFaults },
    oomKills,
    limit: folder?.findNumber('memory.max', parseLimit),
  };
}

export function readIo2(folder: Folder): readonly DeviceIo[] {
  return folder?.findRecord('io.stat', parseIoStat) ?? [];
}
