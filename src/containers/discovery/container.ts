import type { Cgroup } from './cgroup-walker.ts';
import type { CgroupDirectories } from './controllers.ts';
import type { CgroupIdentity } from './identify-cgroup.ts';

/**
 * A container of the host. All passes return the same object for a container, so that caches can use the object as a key.
 * When a container is stopped and started again, it becomes a new object, even if its path stays the same.
 */
export interface Container extends CgroupIdentity {
  /** Path of the container's cgroup, relative to the root of the main hierarchy: `/docker/b07c…`. */
  readonly path: string;
  /** Inode number of the cgroup directory. */
  readonly inode: number;
  /** Modification time of the cgroup directory when the container was first found, as Unix time in seconds. */
  readonly createdAt: number;
}

/** A container, with the directories that one pass found for it. */
export interface DiscoveredContainer {
  readonly container: Container;
  /** The container's cgroup in the main hierarchy. */
  readonly cgroup: Cgroup;
  readonly directories: CgroupDirectories;
}
