import type { KernelDirectory, KernelTree } from '../../host/host.ts';
import { parsePressure } from '../../parse/pressure.ts';
import type { DiscoveredContainer } from '../discovery/container.ts';
import type { Controller } from '../discovery/controllers.ts';
import { readBlkioV1, readCpuV1, readMemoryV1 } from './cgroup-v1.ts';
import { readCpuV2, readIoV2, readMemoryV2, readThreadCount } from './cgroup-v2.ts';
import type { Pressures, Usage } from './usage.ts';

/** Reads the resource usage of a container. The cgroup version of each controller determines the files to read. */
export function readUsage(sys: KernelTree, { cgroup, directories }: DiscoveredContainer): Usage {
  const { cpu, cpuacct, memory, blkio, pids } = directories.controllers;
  // The discovery of containers has already opened the directory in the main hierarchy, so this directory is used again.
  const open = (directory: string): KernelDirectory =>
    directory === directories.main ? cgroup.directory : sys.directory(directory);
  const unified = directories.unified === undefined ? undefined : open(directories.unified);
  const directoryOf = (controller: Controller | undefined): KernelDirectory | undefined => {
    if (controller === undefined) return undefined;
    return controller.version === 2 ? unified : open(controller.directory);
  };
  return {
    cpu:
      cpuacct?.version === 2 ? readCpuV2(unified) : readCpuV1({ cpu: directoryOf(cpu), cpuacct: directoryOf(cpuacct) }),
    memory: memory?.version === 2 ? readMemoryV2(unified) : readMemoryV1(directoryOf(memory)),
    io: blkio?.version === 2 ? readIoV2(unified) : readBlkioV1(directoryOf(blkio)),
    threadCount: readThreadCount(directoryOf(pids)),
    pressure: readPressures(unified),
  };
}

/** Reads the pressure of a cgroup. Only cgroup v2 has pressure files. */
function readPressures(unified: KernelDirectory | undefined): Pressures {
  return {
    cpu: unified?.readIfPresent('cpu.pressure', parsePressure),
    memory: unified?.readIfPresent('memory.pressure', parsePressure),
    io: unified?.readIfPresent('io.pressure', parsePressure),
  };
}
