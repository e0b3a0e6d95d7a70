import type { Host } from '../../host/host.ts';
import { CgroupWalker } from './cgroup-walker.ts';
import { Container } from './container.ts';
import { type CgroupDirectories, DirectoryFinder } from './controllers.ts';
import { findHierarchies } from './hierarchies.ts';
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
    const finder = new DirectoryFinder(sys, hierarchies);
    const found = new Map<string, Container>();
    this.#walker.walk(sys, hierarchies.main, (cgroup) => {
      let container = this.#known.get(cgroup.path);
      if (container === undefined || container.inode !== cgroup.info.inode) {
        const recognized = identifyCgroup(cgroup.path);
        if (recognized === undefined) return;
        container = new Container(cgroup, recognized, finder.find(cgroup.path));
      } else if (!isComplete(container.directories)) container.directories = finder.find(cgroup.path);
      container.cgroup = cgroup;
      found.set(cgroup.path, container);
    });
    this.#known = found;
    return [...found.values()];
  }
}

/** Runtimes create the directories of version 1 one after the other: the next pass may find the rest. */
function isComplete({ controllers }: CgroupDirectories): boolean {
  return !Object.values(controllers).includes(undefined);
}
