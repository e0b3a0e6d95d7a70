import { AbsentError, type KernelTree } from '../../host/host.ts';

const ROOT = 'fs/cgroup';
const HYBRID_ROOT = `${ROOT}/unified`;

/**
 * Mount points of the cgroup hierarchies, relative to `/sys`. Cgroup v2 has a single hierarchy with all controllers. Cgroup
 * v1 has one hierarchy for each controller or group of controllers. A hybrid host has v1 hierarchies and a v2 hierarchy
 * without controllers, from which only pressure is read.
 */
export interface Hierarchies {
  /** The hierarchy that is searched for containers. */
  readonly main: string;
  /** The v2 hierarchy; `undefined` if it is not mounted. */
  readonly unified: string | undefined;
  /** The v1 hierarchies by controller: `cpuacct` -> `fs/cgroup/cpu,cpuacct`. */
  readonly controllers: ReadonlyMap<string, string>;
}

/** Controllers whose hierarchy may be the main hierarchy, in order of preference. */
const MAIN_CONTROLLERS = ['cpuacct', 'memory', 'pids', 'blkio', 'freezer', 'systemd'];

/** @throws {AbsentError} if no hierarchy is mounted */
export function findHierarchies(sys: KernelTree): Hierarchies {
  // The v2 hierarchy is mounted in ROOT if the host has no v1 hierarchies, and in HYBRID_ROOT on a hybrid host.
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
