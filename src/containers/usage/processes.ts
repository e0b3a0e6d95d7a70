import type { KernelTree } from '../../host/host.ts';
import { parseCgroupProcs } from '../../parse/cgroup.ts';
import { type Cgroup, hasChildren, walkCgroups } from '../discovery/cgroup-walker.ts';
import type { DiscoveredContainer } from '../discovery/container.ts';

export interface ProcessList {
  /** PIDs of the processes that are visible in the PID namespace of this process. */
  readonly pids: readonly number[];
  /** PIDs of the visible processes, without the processes of nested containers and without those in a supervisor cgroup. */
  readonly members: readonly number[];
  /**
   * Number of processes in the kernel's list, whether visible or not; `undefined` if the list does not exist or a line is
   * malformed.
   */
  readonly count: number | undefined;
}

/**
 * Returns the processes in a container's cgroup and its child cgroups.
 *
 * @param isContainer returns whether a cgroup belongs to a container, by its path in the main hierarchy
 */
export function readProcessList(
  sys: KernelTree,
  { cgroup, directories }: DiscoveredContainer,
  isContainer: (path: string) => boolean,
): ProcessList {
  const listed = readPids(cgroup);
  if (!hasChildren(cgroup)) {
    const pids = pickVisible(listed ?? []);
    return { pids, members: pids, count: listed === undefined ? undefined : countOf(listed) };
  }
  const lists = [listed];
  const memberLists = [listed];
  let nested: string | undefined;
  walkCgroups(sys, directories.main, (child) => {
    const pids = readPids(child);
    lists.push(pids);
    // The walk visits a container before the cgroups inside the container. For these cgroups, `nested` is already set.
    if (nested !== undefined && child.path.startsWith(`${nested}/`)) return;
    if (isContainer(cgroup.path + child.path)) nested = child.path;
    else if (!SUPERVISOR.test(child.path)) memberLists.push(pids);
  });
  if (lists.every((list) => list === undefined)) return { pids: [], members: [], count: undefined };
  const all = lists.flatMap((list) => list ?? []);
  return {
    pids: pickVisible(all),
    members: pickVisible(memberLists.flatMap((list) => list ?? [])),
    count: countOf(all),
  };
}

/** Path of the cgroup in which a runtime such as systemd-nspawn runs, relative to the cgroup of the container. */
const SUPERVISOR = /^\/supervisor(\/|$)/;

type ListedPids = ReturnType<typeof parseCgroupProcs>;

/** Returns the visible PIDs. With cgroup v2, the kernel lists 0 for each process of another PID namespace. */
function pickVisible(listed: ListedPids): readonly number[] {
  return listed.filter((pid): pid is number => pid !== undefined && pid !== 0);
}

/** Returns the number of processes; `undefined` if a line of the list is malformed. */
function countOf(listed: ListedPids): number | undefined {
  return listed.includes(undefined) ? undefined : listed.length;
}

function readPids({ directory }: Cgroup): ListedPids | undefined {
  return directory.readIfPresent('cgroup.procs', parseCgroupProcs);
}
