/**
 * What a container uses, read from its cgroup; whatever this kernel does not count is `undefined`. Units are those of
 * Prometheus: seconds and bytes.
 */
import type { KernelDirectory, KernelTree } from '../../host/host.ts';
import type { DeviceIo } from '../../parse/cgroup.ts';
import { type Pressure, parsePressure } from '../../parse/pressure.ts';
import type { Container } from '../discovery/container.ts';
import { readBlkio, readCpu1, readMemory1, readThreads } from './cgroup-v1.ts';
import { readCpu2, readIo2, readMemory2 } from './cgroup-v2.ts';

export interface CpuUsage {
  readonly usage: number | undefined;
  readonly user: number | undefined;
  readonly system: number | undefined;
  readonly periods: number | undefined;
  readonly throttledPeriods: number | undefined;
  readonly throttled: number | undefined;
  /** Microseconds in each period; `Infinity` without a limit. */
  readonly quota: number | undefined;
  /** Microseconds. */
  readonly period: number | undefined;
  readonly shares: number | undefined;
}

export interface MemoryUsage {
  readonly usage: number | undefined;
  readonly rss: number | undefined;
  readonly cache: number | undefined;
  readonly mappedFile: number | undefined;
  readonly inactiveFile: number | undefined;
  readonly swap: number | undefined;
  /** How often the limit was reached. */
  readonly failures: number | undefined;
  readonly faults: Faults;
  readonly majorFaults: Faults;
  readonly oomKills: number | undefined;
  /** `Infinity` without a limit. */
  readonly limit: number | undefined;
}

/** Version 1 has no word for "no limit", but the largest number of pages; cAdvisor takes all above for none. */
const LARGEST_LIMIT = 2 ** 62;

/** @returns `undefined` without a limit */
export function limitOf(limit: number | undefined): number | undefined {
  return limit !== undefined && limit <= LARGEST_LIMIT ? limit : undefined;
}

/** Page faults of the cgroup's own processes, and of those in the cgroups in it as well. */
export interface Faults {
  readonly own: number | undefined;
  readonly hierarchy: number | undefined;
}

export interface Pressures {
  readonly cpu: Pressure | undefined;
  readonly memory: Pressure | undefined;
  readonly io: Pressure | undefined;
}

export interface Usage {
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage;
  readonly io: readonly DeviceIo[];
  readonly threads: number | undefined;
  readonly pressure: Pressures;
}

export function readUsage(sys: KernelTree, { cgroup, cgroupPaths }: Container): Usage {
  const open = (path: string | undefined): KernelDirectory | undefined => {
    if (path === cgroupPaths.main) return cgroup.directory;
    return path === undefined ? undefined : sys.folder(path);
  };
  const unified = open(cgroupPaths.unified);
  const openOther = (path: string | undefined): KernelDirectory | undefined =>
    path === cgroupPaths.unified ? unified : open(path);
  const memory = openOther(cgroupPaths.memory);
  const blkio = openOther(cgroupPaths.blkio);
  return {
    cpu:
      cgroupPaths.cpuacct === cgroupPaths.unified
        ? readCpu2(unified)
        : readCpu1({ cpu: openOther(cgroupPaths.cpu), cpuacct: open(cgroupPaths.cpuacct) }),
    memory: memory === unified ? readMemory2(memory) : readMemory1(memory),
    io: blkio === unified ? readIo2(blkio) : readBlkio(blkio),
    threads: readThreads(openOther(cgroupPaths.pids)),
    pressure: {
      cpu: unified?.findRecord('cpu.pressure', parsePressure),
      memory: unified?.findRecord('memory.pressure', parsePressure),
      io: unified?.findRecord('io.pressure', parsePressure),
    },
  };
}
