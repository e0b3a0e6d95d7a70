import { type FileInfo, type KernelDirectory, type KernelTree, optional } from '../../host/host.ts';

export interface Cgroup {
  /** Below the root of its hierarchy: `/docker/b07c…`. */
  readonly path: string;
  readonly folder: KernelDirectory;
  /** As of this walk. */
  look: FileInfo;
}

/** A folder without folders in it has two links: its parent's and its own. */
const LEAF_LINKS = 2;

/** Whether other cgroups may be in this one. */
export function hasChildren({ look }: Cgroup): boolean {
  return look.links !== LEAF_LINKS;
}

/** The cgroups of one hierarchy. */
export class CgroupWalk {
  /** By the path of a cgroup, the children that it had in the last walk. */
  #before = new Map<string, readonly Cgroup[]>();
  #children = new Map<string, readonly Cgroup[]>();
  #hierarchy: string | undefined;

  /** Visits all cgroups of a hierarchy, parents first; what goes away meanwhile is skipped. */
  all(sys: KernelTree, hierarchy: string, visit: (cgroup: Cgroup) => void): void {
    // Cgroups of another hierarchy are others, whatever their paths.
    if (hierarchy !== this.#hierarchy) this.#before = new Map();
    this.#hierarchy = hierarchy;
    this.#children = new Map();
    this.#below(sys, hierarchy, { path: '', links: sys.directory(hierarchy).stat()?.links }, visit);
    this.#before = this.#children;
  }

  #below(
    sys: KernelTree,
    hierarchy: string,
    { path, links }: { readonly path: string; readonly links: number | undefined },
    visit: (cgroup: Cgroup) => void,
  ): void {
    const cgroups = this.#unchanged(path, links) ?? listCgroups(sys, hierarchy, path);
    this.#children.set(path, cgroups);
    for (const cgroup of cgroups) {
      visit(cgroup);
      const { look } = cgroup;
      if (hasChildren(cgroup)) this.#below(sys, hierarchy, { path: cgroup.path, links: look.links }, visit);
    }
  }

  /**
   * The children of the last walk, when they are all there and the links say that there are no others: a listing would give
   * the dozens of files beside them too. File systems that count no such links are listed each time.
   */
  #unchanged(path: string, links: number | undefined): readonly Cgroup[] | undefined {
    const known = this.#before.get(path);
    if (known === undefined || links !== LEAF_LINKS + known.length) return undefined;
    for (const cgroup of known) {
      const look = cgroup.folder.stat();
      if (look === undefined) return undefined;
      cgroup.look = look;
    }
    return known;
  }
}

/** Visits all cgroups below a folder of `/sys`. */
export function walkCgroups(sys: KernelTree, folder: string, visit: (cgroup: Cgroup) => void): void {
  new CgroupWalk().all(sys, folder, visit);
}

function listCgroups(sys: KernelTree, hierarchy: string, path: string): readonly Cgroup[] {
  // A read that fails below the root is a cgroup that ends.
  const names =
    path === '' ? sys.listDirectories(hierarchy) : (optional(() => sys.listDirectories(hierarchy + path)) ?? []);
  return names.flatMap((name) => {
    const folder = sys.directory(`${hierarchy}${path}/${name}`);
    const look = folder.stat();
    return look === undefined ? [] : [{ path: `${path}/${name}`, folder, look }];
  });
}
