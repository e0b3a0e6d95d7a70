import { AbsentError, type KernelTree } from '../../host/host.ts';

const ROOT = 'fs/cgroup';
const HYBRID_ROOT = `${ROOT}/unified`;

/**
 * Directories below `/sys` where the hierarchies of cgroups are mounted. Version 2 has one hierarchy for all controllers.
 * Version 1 has one for each controller or pair of controllers. A hybrid host has hierarchies of version 1 and also one of
 * version 2, which provides little more than pressure.
 */
export interface Hierarchies {
  /** The hierarchy that is searched for containers. */
  readonly main: string;
  /** The hierarchy of version 2. */
  readonly unified: string | undefined;
  /** Hierarchies of version 1 by controller: `cpuacct` -> `fs/cgroup/cpu,cpuacct`. */
  readonly controllers: ReadonlyMap<string, string>;
}

/** Controllers whose hierarchy may be the main one, in order of preference. Each hierarchy contains all containers. */
const MAIN_CONTROLLERS = ['cpuacct', 'memory', 'pids', 'blkio', 'freezer', 'systemd'];

/** @throws {AbsentError} if no hierarchy is mounted */
export function findHierarchies(sys: KernelTree): Hierarchies {
  // A hybrid host has this file below HYBRID_ROOT.
  if (sys.exists(`${ROOT}/cgroup.controllers`)) return { main: ROOT, unified: ROOT, controllers: new Map() };
  const unified = sys.exists(`${HYBRID_ROOT}/cgroup.controllers`) ? HYBRID_ROOT : undefined;
  const controllers = new Map<string, string>();
  for (const directory of sys.list(ROOT)) {
    if (directory === 'unified') continue;
    for (const controller of directory.split(',')) controllers.set(controller, `${ROOT}/${directory}`);
  }
  const mainController = MAIN_CONTROLLERS.find((controller) => controllers.has(controller));
  const main = controllers.get(mainController ?? '') ?? unified;
  if (main === undefined) throw new AbsentError(`Cannot find cgroups: nothing is mounted in ${sys.path(ROOT)}`);
  return { main, unified, controllers };
}
