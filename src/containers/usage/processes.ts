import type { KernelTree } from '../../host/host.ts';
import { parseCgroupProcs } from '../../parse/cgroup.ts';
import { type Cgroup, hasChildren, walkCgroups } from '../discovery/cgroup-walker.ts';
import type { Container } from '../discovery/container.ts';

export interface Processes {
  /** Those that this process can see. */
  readonly pids: readonly number[];
  /** How many there are, seen or not; `undefined` when that cannot be known. */
  readonly count: number | undefined;
}

/** The processes of a container, and of the cgroups in its cgroup. */
export function readProcesses(sys: KernelTree, { cgroup, directories }: Container): Processes {
  let listed = readList(cgroup);
  if (hasChildren(cgroup)) {
    const lists = [listed];
    walkCgroups(sys, directories.main, (child) => lists.push(readList(child)));
    listed = lists.every((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
  }
  if (listed === undefined) return { pids: [], count: undefined };
  return { pids: listed.includes(0) ? listed.filter((pid) => pid !== 0) : listed, count: listed.length };
}

function readList({ directory }: Cgroup): readonly number[] | undefined {
  return directory.findShort('cgroup.procs', parseCgroupProcs);
}
