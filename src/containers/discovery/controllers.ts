import type { KernelTree } from '../../host/host.ts';
import { walkCgroups } from './cgroup-walker.ts';
import type { Hierarchies } from './hierarchies.ts';
import { identifyCgroup } from './identify-cgroup.ts';

/** The directory with the files of one controller for one container. */
export interface Controller {
  /** The cgroup version, which determines the names and formats of the files. */
  readonly version: 1 | 2;
  /** Path of the directory, relative to `/sys`. */
  readonly directory: string;
}

export type ControllerName = 'cpu' | 'cpuacct' | 'memory' | 'blkio' | 'pids';

/**
 * Controllers of a container, by their names in cgroup v1. A controller without a v1 hierarchy is in the v2 hierarchy. The
 * value is `undefined` if the container has no directory in the hierarchy of the controller.
 */
export type Controllers = Readonly<Record<ControllerName, Controller | undefined>>;

/** Directories of a container's cgroup, relative to `/sys`. */
export interface CgroupDirectories {
  /** Directory in the main hierarchy. */
  readonly main: string;
  /** Directory in the v2 hierarchy; `undefined` if the container has no directory in that hierarchy. */
  readonly unified: string | undefined;
  readonly controllers: Controllers;
}

/** Finds the directories of cgroups in all hierarchies. An instance is used for one pass only. */
export class DirectoryFinder {
  readonly #sys: KernelTree;
  readonly #hierarchies: Hierarchies;
  /** For each hierarchy, the paths of its containers by the last component of the path. */
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly string[]>>();

  constructor(sys: KernelTree, hierarchies: Hierarchies) {
    this.#sys = sys;
    this.#hierarchies = hierarchies;
  }

  /** @param path path of a cgroup, relative to the root of the main hierarchy */
  find(path: string): CgroupDirectories {
    const { main, unified: root, controllers } = this.#hierarchies;
    const unified = root === undefined ? undefined : this.#findIn(root, path);
    const find = (name: ControllerName): Controller | undefined => {
      const hierarchy = controllers.get(name);
      const directory = hierarchy === undefined ? unified : this.#findIn(hierarchy, path);
      return directory === undefined ? undefined : { version: hierarchy === undefined ? 2 : 1, directory };
    };
    return {
      main: main + path,
      unified,
      controllers: {
        cpu: find('cpu'),
        cpuacct: find('cpuacct'),
        memory: find('memory'),
        blkio: find('blkio'),
        pids: find('pids'),
      },
    };
  }

  /**
   * Returns the directory of a cgroup in a hierarchy; `undefined` if the hierarchy does not contain the cgroup. The path may
   * be longer or shorter than in the main hierarchy, for example if the runtime is in `/user.slice` in one hierarchy only.
   */
  #findIn(hierarchy: string, path: string): string | undefined {
    if (this.#sys.exists(hierarchy + path)) return hierarchy + path;
    let index = this.#indexes.get(hierarchy);
    if (index === undefined) {
      index = indexContainers(this.#sys, hierarchy);
      this.#indexes.set(hierarchy, index);
    }
    const candidates = index.get(getLastComponent(path)) ?? [];
    const other = candidates.find((candidate) => this.#isAlias(candidate, path));
    return other === undefined ? undefined : hierarchy + other;
  }

  /**
   * Returns whether two paths in different hierarchies belong to the same container. If the main hierarchy contains the
   * other path too, that path belongs to another container with the same name.
   */
  #isAlias(other: string, path: string): boolean {
    const isSimilar = other.endsWith(path) || path.endsWith(other);
    return isSimilar && !this.#sys.exists(this.#hierarchies.main + other);
  }
}

function indexContainers(sys: KernelTree, hierarchy: string): ReadonlyMap<string, readonly string[]> {
  const paths: string[] = [];
  walkCgroups(sys, hierarchy, ({ path }) => {
    if (identifyCgroup(path) !== undefined) paths.push(path);
  });
  return Map.groupBy(paths, getLastComponent);
}

function getLastComponent(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
