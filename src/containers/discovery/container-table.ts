import type { Host } from '../../host/host.ts';
import type { OnLimit } from '../../util/limit-counter.ts';
import { type Cgroup, CgroupWalker } from './cgroup-walker.ts';
import type { Container, DiscoveredContainer } from './container.ts';
import { ContainerCache } from './container-cache.ts';
import { limitContainers } from './container-limit.ts';
import { type CgroupDirectories, DirectoryFinder } from './controllers.ts';
import { findHierarchies } from './hierarchies.ts';
import { identifyCgroup } from './identify-cgroup.ts';

/** Lists the containers of the host. A container that the previous pass found is not identified again. */
export class ContainerTable {
  readonly #walker = new CgroupWalker();
  readonly #caches: ContainerCache<unknown>[] = [];
  /** Containers that the last pass found, by path. */
  #listed: ReadonlyMap<string, DiscoveredContainer> = new Map();
  /** Paths of the cgroups that the last pass found and that are not containers. */
  #others: ReadonlySet<string> = new Set();

  /** Containers that a pass has left out and counted. */
  readonly #leftOut = new WeakSet<Container>();

  /** Returns a new cache of values by container. */
  createCache<V>(): ContainerCache<V> {
    const cache = new ContainerCache<V>((container) => this.#listed.get(container.path)?.container === container);
    this.#caches.push(cache);
    return cache;
  }

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
    const others = new Set<string>();
    this.#walker.walk(sys, hierarchies.main, (cgroup) => {
      const { path } = cgroup;
      const discovered = this.#others.has(path)
        ? undefined
        : (this.#rediscover(cgroup, finder) ?? discover(cgroup, finder));
      if (discovered === undefined) others.add(path);
      else current.set(path, discovered);
      const parent = discovered && findPod(discovered, current);
      if (parent !== undefined) {
        current.delete(parent);
        others.add(parent);
      }
    });
    this.#others = others;
    for (const { container } of this.#listed.values()) {
      if (current.get(container.path)?.container !== container) this.#forget(container);
    }
    this.#listed = current;
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
    const previous = this.#listed.get(cgroup.path);
    if (previous?.container.inode !== cgroup.info.inode) return undefined;
    const { container, directories } = previous;
    return { container, cgroup, directories: isComplete(directories) ? directories : finder.find(cgroup.path) };
  }

  #forget(container: Container): void {
    for (const cache of this.#caches) cache.delete(container);
  }
}

/**
 * Returns the path of the Podman pod that contains a container, if the table lists the pod as a container. This happens if
 * the user has chosen the parent cgroup of the pod: the path of the pod then ends with a generated id, like the path of a
 * container.
 */
function findPod(
  { container: { runtime, path } }: DiscoveredContainer,
  listed: ReadonlyMap<string, DiscoveredContainer>,
): string | undefined {
  if (runtime !== 'podman') return undefined;
  const parent = path.slice(0, path.lastIndexOf('/'));
  const pod = listed.get(parent)?.container;
  return pod !== undefined && pod.runtime === undefined && pod.podUid === undefined ? parent : undefined;
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
 * Returns whether the directories of all controllers were found. With cgroup v1, the runtime creates these directories one
 * after the other, so that a pass may find only some of them.
 */
function isComplete({ controllers }: CgroupDirectories): boolean {
  return !Object.values(controllers).includes(undefined);
}
