import { AbsentError, type KernelTree } from '../../host/host.ts';

const ROOT = 'fs/cgroup';
const HYBRID = `${ROOT}/unified`;

/**
 * Where the cgroups of this machine are, as folders below `/sys`. Version 2 has one hierarchy for all; version 1 has one
 * for each controller or pair of them; a hybrid has those of version 1 and beside them one of version 2, which counts
 * little more than pressure.
 */
export interface Hierarchies {
  /** The one whose cgroups are listed. */
  readonly main: string;
  readonly unified: string | undefined;
  /** By controller of version 1: `cpuacct` is in `fs/cgroup/cpu,cpuacct`. */
  readonly controllers: ReadonlyMap<string, string>;
}

/** Any of them lists all containers; the first has what nobody does without. */
const LISTED = ['cpuacct', 'memory', 'pids', 'blkio', 'freezer', 'systemd'];

/** @throws {AbsentError} where cgroups are not mounted, or none of them is */
export function findHierarchies(sys: KernelTree): Hierarchies {
  // A hybrid has this file too, but not here.
  if (sys.exists(`${ROOT}/cgroup.controllers`)) return { main: ROOT, unified: ROOT, controllers: new Map() };
  const unified = sys.exists(`${HYBRID}/cgroup.controllers`) ? HYBRID : undefined;
  const controllers = new Map<string, string>();
  for (const folder of sys.list(ROOT)) {
    if (folder === 'unified') continue;
    for (const controller of folder.split(',')) controllers.set(controller, `${ROOT}/${folder}`);
  }
  const listed = LISTED.find((controller) => controllers.has(controller));
  const main = controllers.get(listed ?? '') ?? unified;
  if (main === undefined) throw new AbsentError(`Cannot find cgroups: nothing is mounted in ${sys.path(ROOT)}`);
  return { main, unified, controllers };
}
