import { ifPresent, type Look, type Tree } from '../host.ts';

export interface Cgroup {
  /** Below the root of its hierarchy: `/docker/b07c…`. */
  readonly path: string;
  readonly look: Look;
}

/** A folder without folders in it has two links: its parent's and its own. */
const LEAF_LINKS = 2;

/** Whether other cgroups may be in this one. */
export function hasChildren({ look }: Cgroup): boolean {
  return look.links !== LEAF_LINKS;
}

/** Visits all cgroups below a path of a hierarchy, parents first; what goes away meanwhile is skipped. */
export function walkCgroups(sys: Tree, hierarchy: string, visit: (cgroup: Cgroup) => void, below = ''): void {
  // A read that fails below the root is a cgroup that ends.
  const names = below === '' ? sys.folders(hierarchy) : (ifPresent(() => sys.folders(hierarchy + below)) ?? []);
  for (const name of names) {
    const path = `${below}/${name}`;
    const look = sys.look(hierarchy + path);
    if (look === undefined) continue;
    const cgroup = { path, look };
    visit(cgroup);
    if (hasChildren(cgroup)) walkCgroups(sys, hierarchy, visit, path);
  }
}
