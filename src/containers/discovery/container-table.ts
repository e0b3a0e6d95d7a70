import type { Host, KernelTree } from '../../host/host.ts';
import { CgroupWalker, walkCgroups } from './cgroup-walker.ts';
import { type CgroupPaths, Container } from './container.ts';
import { findHierarchies, type Hierarchies } from './hierarchies.ts';
import { identifyCgroup } from './identify-cgroup.ts';

/**
 * The containers of this machine. A container is known from the pass that finds its cgroup to the one that does not: what
 * has to be found out once (its files, its names) is not found out again, and nothing is left when it is gone.
 */
export class ContainerTable {
  readonly #walker = new CgroupWalker();
  #known = new Map<string, Container>();

  /** In the order of their paths. */
  list({ sys }: Host): readonly Container[] {
    const hierarchies = findHierarchies(sys);
    const finder = new FolderFinder(sys, hierarchies);
    const found = new Map<string, Container>();
    this.#walker.walk(sys, hierarchies.main, (cgroup) => {
      let container = this.#known.get(cgroup.path);
      if (container === undefined || container.inode !== cgroup.info.inode) {
        const recognized = identifyCgroup(cgroup.path);
        if (recognized === undefined) return;
        container = new Container(cgroup, recognized, finder.find(cgroup.path));
      } else if (isIncomplete(container.cgroupPaths)) container.cgroupPaths = finder.find(cgroup.path);
      container.cgroup = cgroup;
      found.set(cgroup.path, container);
    });
    this.#known = found;
    return [...found.values()];
  }
}

/** A runtime makes the folders of version 1 one after the other: the next pass finds the rest. */
function isIncomplete({ cpu, cpuacct, memory, blkio, pids }: CgroupPaths): boolean {
  return [cpu, cpuacct, memory, blkio, pids].includes(undefined);
}

/** Finds the folders of a cgroup in the hierarchies of version 1, where its paths may differ. */
class FolderFinder {
  readonly #sys: KernelTree;
  readonly #hierarchies: Hierarchies;
  /** By hierarchy, the paths of the containers in it by their last part. */
  readonly #indexes = new Map<string, ReadonlyMap<string, string>>();

  constructor(sys: KernelTree, hierarchies: Hierarchies) {
    this.#sys = sys;
    this.#hierarchies = hierarchies;
  }

  find(path: string): CgroupPaths {
    const { main, controllers } = this.#hierarchies;
    const unified = this.#findUnified(path);
    const folder = (controller: string): string | undefined => {
      const hierarchy = controllers.get(controller);
      return hierarchy === undefined ? unified : this.#findIn(hierarchy, path);
    };
    return {
      main: unified !== undefined && controllers.size === 0 ? unified : main + path,
      unified,
      cpu: folder('cpu'),
      cpuacct: folder('cpuacct'),
      memory: folder('memory'),
      blkio: folder('blkio'),
      pids: folder('pids'),
    };
  }

  #findUnified(path: string): string | undefined {
    const { unified } = this.#hierarchies;
    return unified === undefined ? undefined : this.#findIn(unified, path);
  }

  /** A runtime that was itself started below `/user.slice` in one hierarchy has its containers there in that one only. */
  #findIn(hierarchy: string, path: string): string | undefined {
    if (this.#sys.exists(hierarchy + path)) return hierarchy + path;
    let index = this.#indexes.get(hierarchy);
    if (index === undefined) {
      index = indexOf(this.#sys, hierarchy);
      this.#indexes.set(hierarchy, index);
    }
    const other = index.get(lastPart(path));
    if (other === undefined || !(other.endsWith(path) || path.endsWith(other))) return undefined;
    return hierarchy + other;
  }
}

function indexOf(sys: KernelTree, hierarchy: string): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  walkCgroups(sys, hierarchy, ({ path }) => {
    if (identifyCgroup(path) !== undefined) index.set(lastPart(path), path);
  });
  return index;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
