import type { FileInfo, KernelDirectory, KernelTree } from '../../host/host.ts';

/** The state of a cgroup during one walk. */
export interface Cgroup {
  /** Path of the cgroup, relative to the root of the hierarchy: `/docker/b07c…`. */
  readonly path: string;
  readonly directory: KernelDirectory;
  readonly info: FileInfo;
}

/** Link count of a directory without subdirectories: its name in the parent directory and its entry `.`. */
const LEAF_LINKS = 2;

/** Returns false only if the cgroup certainly has no children. On a file system that does not count links, returns true. */
export function hasChildren({ info }: Cgroup): boolean {
  return info.links !== LEAF_LINKS;
}

/** Walks one hierarchy in each pass. After the first walk, lists only the directories whose children have changed. */
export class CgroupWalker {
  /** Children found by the previous walk, by the path of their parent. */
  #previous: ReadonlyMap<string, readonly Cgroup[]> = new Map();
  #current = new Map<string, readonly Cgroup[]>();
  #hierarchy: string | undefined;

  /**
   * Calls `visit` for each cgroup of a hierarchy, parents first. Cgroups that are removed during the walk are skipped.
   *
   * @param hierarchy root directory of the hierarchy, relative to `/sys`
   */
  walk(sys: KernelTree, hierarchy: string, visit: (cgroup: Cgroup) => void): void {
    // Paths in another hierarchy belong to other cgroups, so the previous children are discarded.
    if (hierarchy !== this.#hierarchy) this.#previous = new Map();
    this.#hierarchy = hierarchy;
    this.#current = new Map();
    const walkBelow = (path: string, links: number | undefined): void => {
      const children = this.#unchangedChildren(sys, path, links) ?? listChildren(sys, hierarchy, path);
      this.#current.set(path, children);
      for (const child of children) {
        visit(child);
        if (hasChildren(child)) walkBelow(child.path, child.info.links);
      }
    };
    walkBelow('', sys.directory(hierarchy).stat()?.links);
    this.#previous = this.#current;
  }

  /**
   * Returns the children found by the previous walk if they all still exist and the link count shows that there is no other
   * child; `undefined` otherwise. This avoids listing the directory, which contains dozens of files.
   */
  #unchangedChildren(sys: KernelTree, path: string, links: number | undefined): readonly Cgroup[] | undefined {
    const previous = this.#previous.get(path);
    if (previous === undefined || links !== LEAF_LINKS + previous.length) return undefined;
    const children: Cgroup[] = [];
    for (const { path: childPath, directory: lastDirectory } of previous) {
      const directory = sys.reopen(lastDirectory);
      const info = directory.stat();
      if (info === undefined) return undefined;
      children.push({ path: childPath, directory, info });
    }
    return children;
  }
}

/** Calls `visit` for each cgroup in the tree below a directory of `/sys`, parents first. */
export function walkCgroups(sys: KernelTree, directory: string, visit: (cgroup: Cgroup) => void): void {
  new CgroupWalker().walk(sys, directory, visit);
}

function listChildren(sys: KernelTree, hierarchy: string, path: string): readonly Cgroup[] {
  // If the root does not exist, listDirectories() throws an error. If any other directory does not exist, its cgroup was
  // removed during the walk.
  const names = path === '' ? sys.listDirectories(hierarchy) : sys.listDirectoriesIfPresent(hierarchy + path);
  return names.flatMap((name) => {
    const directory = sys.directory(`${hierarchy}${path}/${name}`);
    const info = directory.stat();
    return info === undefined ? [] : [{ path: `${path}/${name}`, directory, info }];
  });
}
