import type { Host } from '../../host/host.ts';
import type { OnLimit } from '../../util/limit-counter.ts';
import { type Cgroup, CgroupWalker } from './cgroup-walker.ts';
import type { Container, DiscoveredContainer } from './container.ts';
import { limitContainers } from './container-limit.ts';
import { type CgroupDirectories, DirectoryFinder } from './controllers.ts';
import { findHierarchies } from './hierarchies.ts';
import { identifyCgroup } from './identify-cgroup.ts';

/** Lists the containers of the host. A container that the previous pass found is not identified again. */
export class ContainerTable {
  readonly #walker = new CgroupWalker();
  /** Containers that the previous pass found, by path. */
  #previous: ReadonlyMap<string, DiscoveredContainer> = new Map();
  /** Containers that a pass has left out and counted. */
  readonly #leftOut = new WeakSet<Container>();

  /**
   * Returns the containers, at most as many as the host allows. Counts each container that is left out once. A container
   * that runs inside another container follows that container.
   *
   * @throws {AbsentError} if the host has no cgroups
   */
  list({ sys, maxContainers, onLimit }: Host): readonly DiscoveredContainer[] {
    const hierarchies = findHierarchies(sys);
    const finder = new DirectoryFinder(sys, hierarchies);
    const current = new Map<string, DiscoveredContainer>();
    this.#walker.walk(sys, hierarchies.main, (cgroup) => {
      const discovered = this.#rediscover(cgroup, finder) ?? discover(cgroup, finder);
      if (discovered !== undefined) current.set(cgroup.path, discovered);
    });
    this.#previous = current;
    const containers = [...current.values()];
    const selected = limitContainers(containers, maxContainers);
    if (selected.length < containers.length) this.#countLeftOut(containers, new Set(selected), onLimit);
    return selected;
  }

  #countLeftOut(
    containers: readonly DiscoveredContainer[],
    selected: ReadonlySet<DiscoveredContainer>,
    onLimit: OnLimit,
  ): void {
    const added = containers.filter((item) => !selected.has(item) && !this.#leftOut.has(item.container));
    for (const { container } of added) this.#leftOut.add(container);
    if (added.length > 0) onLimit('containers', added.length);
  }

  #rediscover(cgroup: Cgroup, finder: DirectoryFinder): DiscoveredContainer | undefined {
    const previous = this.#previous.get(cgroup.path);
    if (previous?.container.inode !== cgroup.info.inode) return undefined;
    const { container, directories } = previous;
    return { container, cgroup, directories: isComplete(directories) ? directories : finder.find(cgroup.path) };
  }
}

function discover(cgroup: Cgroup, finder: DirectoryFinder): DiscoveredContainer | undefined {
  const { path, info } = cgroup;
  const identity = identifyCgroup(path);
  if (identity === undefined) return undefined;
  return {
    container: { ...identity, path, inode: info.inode, createdAt: info.modified },
    cgroup,
    directories: finder.find(path),
  };
}

/**
 * Returns whether the container has all directories. The runtime creates the directories of version 1 one after the other.
 */
function isComplete({ controllers }: CgroupDirectories): boolean {
  return !Object.values(controllers).includes(undefined);
}
