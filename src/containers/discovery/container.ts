import type { Cgroup } from './cgroup-walker.ts';
import type { CgroupDirectories } from './controllers.ts';
import type { CgroupIdentity } from './identify-cgroup.ts';

/**
 * A container, from the pass that first finds its cgroup to the last one. Each pass returns the same object, so caches can
 * use it as a key. A container that was stopped and started again is another object, even under the same path.
 */
export interface Container extends CgroupIdentity {
  /** Path of its cgroup below the root of the hierarchy: `/docker/b07c…`. */
  readonly path: string;
  /** Inode of its cgroup directory. */
  readonly inode: number;
  /** Modification time of its cgroup directory when it was first found. Unix time in seconds. */
  readonly createdAt: number;
}

/** A container with its directories as one pass finds them. */
export interface DiscoveredContainer {
  readonly container: Container;
  /** In the main hierarchy. */
  readonly cgroup: Cgroup;
  readonly directories: CgroupDirectories;
}
