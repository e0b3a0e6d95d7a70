import type { Labels } from '../../metrics/metric.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';
import { type ContainerAttributes, containerAttributes } from '../metrics/attributes.ts';
import { type ContainerLabels, containerLabels } from '../metrics/labels.ts';
import type { Cgroup } from './cgroup-walker.ts';
import type { CgroupDirectories } from './controllers.ts';
import type { CgroupIdentity, Runtime } from './identify-cgroup.ts';
import type { InitProcess } from './init-process.ts';

/** When a container was named, and shall be again. */
export interface Naming {
  readonly attempts: number;
  /** Seconds since 1970. */
  readonly due: number;
}

/**
 * One container, from the first pass that sees its cgroup to the last. What is kept here does not change while it lives:
 * where its files are, what it is called, which process leads it.
 */
export class Container {
  /** Of its cgroup below the root of the hierarchy: `/docker/b07c…`. */
  readonly path: string;
  readonly runtime: Runtime | undefined;
  /** What its runtime calls it. */
  readonly id: string;
  readonly podUid: string | undefined;
  /** A container that was stopped and started has another cgroup under the same path. */
  readonly inode: number;
  /** When its cgroup was made, in seconds since 1970, as far as the folder tells. */
  readonly made: number;
  /** In the hierarchy whose cgroups are listed, as of this pass. */
  cgroup: Cgroup;
  directories: CgroupDirectories;
  initProcess: InitProcess | undefined;
  /** When the first of its processes was started that were seen, in seconds since 1970. */
  started: number | undefined;
  /** `undefined` before it was named for the first time. */
  naming: Naming | undefined;
  #names: ContainerMetadata = {};
  #labels: ContainerLabels | undefined;
  #infoLabels: Labels | undefined;
  #attributes: ContainerAttributes | undefined;

  constructor(cgroup: Cgroup, { runtime, id, podUid }: CgroupIdentity, directories: CgroupDirectories) {
    this.path = cgroup.path;
    this.runtime = runtime;
    this.id = id;
    this.podUid = podUid;
    this.inode = cgroup.info.inode;
    this.made = cgroup.info.modified;
    this.cgroup = cgroup;
    this.directories = directories;
  }

  get metadata(): ContainerMetadata {
    return this.#names;
  }

  set metadata(names: ContainerMetadata) {
    this.#names = names;
    this.#labels = undefined;
    this.#infoLabels = undefined;
    this.#attributes = undefined;
  }

  /** @param slim whether only `id` is there, for series that are joined with `container_info` */
  labels(slim: boolean): ContainerLabels {
    this.#labels ??= containerLabels({ id: this.path, ...(slim ? {} : this.#names) });
    return this.#labels;
  }

  /** @param make always the same: it is asked once, and again when the container has other names */
  infoLabels(make: (container: Container) => Labels): Labels {
    this.#infoLabels ??= make(this);
    return this.#infoLabels;
  }

  get attributes(): ContainerAttributes {
    this.#attributes ??= containerAttributes(this, this.#names);
    return this.#attributes;
  }
}
