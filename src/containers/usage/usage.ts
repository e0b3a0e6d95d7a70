import type { DeviceIo } from '../../parse/cgroup.ts';
import type { Pressure } from '../../parse/pressure.ts';

/**
 * Resources that a container uses, from the files of its cgroup. Times are in seconds and amounts in bytes unless a field
 * has its own unit. `undefined` marks a value that the kernel does not report.
 */
export interface Usage {
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage;
  /** By device. */
  readonly io: readonly DeviceIo[];
  readonly threadCount: number | undefined;
  readonly pressure: Pressures;
}

export interface CpuUsage {
  /** CPU time in all modes. */
  readonly usage: number | undefined;
  readonly user: number | undefined;
  readonly system: number | undefined;
  /** Periods in which the quota was enforced. */
  readonly periods: number | undefined;
  /** Periods in which the quota was used up. */
  readonly throttledPeriods: number | undefined;
  /** Time for which tasks were throttled. */
  readonly throttled: number | undefined;
  /** Microseconds of CPU time per period; `Infinity` without a limit. */
  readonly quota: number | undefined;
  /** Microseconds. */
  readonly period: number | undefined;
  /** Relative weight in the units of version 1. */
  readonly shares: number | undefined;
}

export interface MemoryUsage {
  /** All memory, including caches. */
  readonly usage: number | undefined;
  /** Anonymous memory. */
  readonly rss: number | undefined;
  /** File cache. */
  readonly cache: number | undefined;
  readonly mappedFile: number | undefined;
  /** File cache that was not used recently. */
  readonly inactiveFile: number | undefined;
  readonly swap: number | undefined;
  /** Number of times that the limit was reached. */
  readonly failures: number | undefined;
  readonly faults: PageFaults;
  readonly majorFaults: PageFaults;
  readonly oomKills: number | undefined;
  /** `Infinity` without a limit; see {@link getMemoryLimit}. */
  readonly limit: number | undefined;
}

export interface PageFaults {
  /** Page faults of the cgroup without its child cgroups. */
  readonly local: number | undefined;
  /** Page faults of the cgroup and its child cgroups. */
  readonly hierarchical: number | undefined;
}

export interface Pressures {
  readonly cpu: Pressure | undefined;
  readonly memory: Pressure | undefined;
  readonly io: Pressure | undefined;
}

/** cAdvisor treats larger limits as "no limit": version 1 expresses that as the largest number of pages. */
const MAX_MEMORY_LIMIT = 2 ** 62;

/** Returns the memory limit in bytes, or `undefined` if there is none or it is unknown. */
export function getMemoryLimit({ limit }: MemoryUsage): number | undefined {
  return limit !== undefined && limit <= MAX_MEMORY_LIMIT ? limit : undefined;
}

/**
 * Returns the working set in bytes: memory that the kernel cannot reclaim without effort, which kubelet's evictions are
 * based on. The two numbers are read one after the other, so their difference may be negative.
 */
export function getWorkingSet({ usage, inactiveFile }: MemoryUsage): number | undefined {
  if (usage === undefined || inactiveFile === undefined) return undefined;
  return Math.max(0, usage - inactiveFile);
}
