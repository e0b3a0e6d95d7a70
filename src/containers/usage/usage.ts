import type { DeviceIo } from '../../parse/cgroup.ts';
import type { Pressure } from '../../parse/pressure.ts';

/**
 * Resource usage of a container, from the files of its cgroup. Times are in seconds and amounts of memory in bytes, unless
 * the comment of a field states another unit. A value is `undefined` if the kernel does not report it.
 */
export interface Usage {
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage;
  /** I/O of each block device. */
  readonly io: readonly DeviceIo[];
  readonly threadCount: number | undefined;
  readonly pressure: Pressures;
}

export interface CpuUsage {
  /** CPU time in all modes. */
  readonly usage: number | undefined;
  readonly user: number | undefined;
  readonly system: number | undefined;
  /** Number of periods in which the quota was enforced. */
  readonly periods: number | undefined;
  /** Number of periods in which the tasks of the cgroup were throttled. */
  readonly throttledPeriods: number | undefined;
  /** Time for which the tasks of the cgroup were throttled. */
  readonly throttled: number | undefined;
  /** Allowed CPU time per period in microseconds; `Infinity` without a limit. */
  readonly quota: number | undefined;
  /** Length of a period in microseconds. */
  readonly period: number | undefined;
  /**
   * Relative weight for CPU time, as CPU shares of cgroup v1; 0 if the container gets only CPU time that no other task uses.
   */
  readonly shares: number | undefined;
}

export interface MemoryUsage {
  /** All memory, including caches. */
  readonly usage: number | undefined;
  /** Largest usage since the start of the container. Cgroup v2 reports it since Linux 5.19. */
  readonly maxUsage: number | undefined;
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
  /** Memory limit as the file contains it. A very large number means that there is no limit; see {@link getMemoryLimit}. */
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

/** Limits above this value count as "no limit", as in cAdvisor. Without a limit, cgroup v1 reports a number near 2^63. */
const MAX_MEMORY_LIMIT = 2 ** 62;

/** Returns the memory limit in bytes; `undefined` if the container has no limit or the limit is unknown. */
export function getMemoryLimit({ limit }: MemoryUsage): number | undefined {
  return limit !== undefined && limit <= MAX_MEMORY_LIMIT ? limit : undefined;
}

/**
 * Returns the working set in bytes: the memory usage minus the file cache that was not used recently. The kubelet bases
 * evictions on this number. The two numbers are read at different times. If their difference is negative, returns 0.
 */
export function getWorkingSet({ usage, inactiveFile }: MemoryUsage): number | undefined {
  if (usage === undefined || inactiveFile === undefined) return undefined;
  return Math.max(0, usage - inactiveFile);
}
