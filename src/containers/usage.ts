/**
 * What a container uses, read from its cgroup; whatever this kernel does not count is `undefined`. Units are those of
 * Prometheus: seconds and bytes.
 */
import type { Tree } from '../host.ts';
import type { DeviceIo } from '../parse/cgroup.ts';
import { type Pressure, parsePressure } from '../parse/pressure.ts';
import type { Container } from './container.ts';
import { readBlkio, readCpu1, readMemory1, readThreads } from './usage-v1.ts';
import { readCpu2, readIo2, readMemory2 } from './usage-v2.ts';

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

export function readUsage(sys: Tree, { folders }: Container): Usage {
  const { unified, cpu, cpuacct, memory, blkio, pids } = folders;
  return {
    cpu: cpuacct === unified ? readCpu2(sys, unified) : readCpu1(sys, { cpu, cpuacct }),
    memory: memory === unified ? readMemory2(sys, unified) : readMemory1(sys, memory),
    io: blkio === unified ? readIo2(sys, unified) : readBlkio(sys, blkio),
    threads: readThreads(sys, pids),
    pressure: {
      cpu: unified?.find(sys, 'cpu.pressure', parsePressure),
      memory: unified?.find(sys, 'memory.pressure', parsePressure),
      io: unified?.find(sys, 'io.pressure', parsePressure),
    },
  };
}
