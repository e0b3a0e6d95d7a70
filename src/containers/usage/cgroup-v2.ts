/** Files of cgroup v2: https://docs.kernel.org/admin-guide/cgroup-v2.html */
import type { KernelDirectory, ReadOptions } from '../../host/host.ts';
import { createFlatKeyedParser, type DeviceIo, parseCpuMax, parseIoStat, parseLimit } from '../../parse/cgroup.ts';
import { parseCountFile } from '../../parse/lines.ts';
import type { CpuUsage, MemoryUsage } from './usage.ts';

const MICROSECONDS_PER_SECOND = 1e6;

const parseCpuStat = createFlatKeyedParser(
  'usage_usec',
  'user_usec',
  'system_usec',
  'nr_periods',
  'nr_throttled',
  'throttled_usec',
);

export function readCpuV2(directory: KernelDirectory | undefined): CpuUsage {
  const [usage, user, system, periods, throttledPeriods, throttled] =
    directory?.readIfPresent('cpu.stat', parseCpuStat) ?? [];
  const max = directory?.readIfPresent('cpu.max', parseCpuMax);
  const weight = directory?.readNumberIfPresent('cpu.weight', parseCountFile);
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
  return microseconds === undefined ? undefined : microseconds / MICROSECONDS_PER_SECOND;
}

/**
 * Converts a CPU weight of cgroup v2 (1 to 10,000) to CPU shares of cgroup v1 (2 to 262,144) with cAdvisor's formula.
 * Returns 0 for weight 0, as cAdvisor does. Since Linux 5.15, the kernel reports this weight if `cpu.idle` is 1.
 */
function toShares(weight: number): number {
  if (weight === 0) return 0;
  return 2 + Math.trunc(((weight - 1) * 262_142) / 9999);
}

const parseMemoryStat = createFlatKeyedParser('anon', 'file', 'file_mapped', 'inactive_file', 'pgfault', 'pgmajfault');
const parseMemoryEvents = createFlatKeyedParser('max', 'oom_kill');

const SINCE_LINUX_5_19: ReadOptions = { isVersionDependent: true };

export function readMemoryV2(directory: KernelDirectory | undefined): MemoryUsage {
  const usage = directory?.readNumberIfPresent('memory.current', parseCountFile);
  const limit = directory?.readNumberIfPresent('memory.max', parseLimit);
  const stat = directory?.readIfPresent('memory.stat', parseMemoryStat);
  // The file memory.peak is read only if the memory controller is enabled. Otherwise the cache would remember the file as
  // absent, even after the controller is enabled.
  const hasController = usage !== undefined || limit !== undefined || stat !== undefined;
  const [rss, cache, mappedFile, inactiveFile, faults, majorFaults] = stat ?? [];
  const [failures, oomKills] = directory?.readIfPresent('memory.events', parseMemoryEvents) ?? [];
  return {
    usage,
    maxUsage: hasController
      ? directory?.readNumberIfPresent('memory.peak', parseCountFile, SINCE_LINUX_5_19)
      : undefined,
    rss,
    cache,
    mappedFile,
    inactiveFile,
    swap: directory?.readNumberIfPresent('memory.swap.current', parseCountFile),
    failures,
    // Cgroup v2 has only counters that include child cgroups, so both values are the same.
    faults: { local: faults, hierarchical: faults },
    majorFaults: { local: majorFaults, hierarchical: majorFaults },
    oomKills,
    limit,
  };
}

export function readIoV2(directory: KernelDirectory | undefined): readonly DeviceIo[] {
  return directory?.readIfPresent('io.stat', parseIoStat) ?? [];
}

/** Returns the number of threads. In both cgroup versions, the file `pids.current` counts threads and not processes. */
export function readThreadCount(directory: KernelDirectory | undefined): number | undefined {
  return directory?.readNumberIfPresent('pids.current', parseCountFile);
}
