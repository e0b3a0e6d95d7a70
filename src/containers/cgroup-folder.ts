import type { Tree } from '../host.ts';

/** One folder of a container's cgroup: of version 2 there is one, of version 1 one for each controller. */
export class CgroupFolder {
  /** Below `/sys`. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Reads and parses one file; `undefined` where this kernel, or this cgroup, has no such file. */
  find<T>(sys: Tree, name: string, parse: (text: string) => T): T | undefined {
    return sys.findRecord(`${this.path}/${name}`, parse);
  }
}
