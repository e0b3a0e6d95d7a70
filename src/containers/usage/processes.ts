import type { KernelTree } from '../../host/host.ts';
import { parseCgroupProcs } from '../../parse/cgroup.ts';
import { type Cgroup, hasChildren, walkCgroups } from '../discovery/cgroup-walker.ts';
import type { DiscoveredContainer } from '../discovery/container.ts';

export interface ProcessList {
  /** PIDs of the processes that are visible in the PID namespace of this process. */
  readonly pids: readonly number[];
  /** Number of processes in the kernel's list, whether visible or not; `undefined` if the list does not exist. */
  readonly count: number | undefined;
}

/** Returns the processes in a container's cgroup and its child cgroups. */
export function readProcessList(sys: KernelTree, { cgroup, directories }: DiscoveredContainer): ProcessList {
  let listed = readPids(cgroup);
  if (hasChildren(cgroup)) {
    const lists = [listed];
    walkCgroups(sys, directories.main, (child) => lists.push(readPids(child)));
    listed = lists.every((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
  }
  if (listed === undefined) return { pids: [], count: undefined };
  // With version 2, the list contains 0 for each process of another PID namespace.
  return { pids: listed.includes(0) ? listed.filter((pid) => pid !== 0) : listed, count: listed.length };
}

function readPids({ directory }: Cgroup): readonly number[] | undefined {
  return directory.readIfPresent('cgroup.procs', parseCgroupProcs);
}
