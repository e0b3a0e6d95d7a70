import type { Container } from '../discovery/container.ts';
import type { ContainerMetadata } from './metadata.ts';
import type { StateReader } from './state-reader.ts';

/** Directories in which LXC has a directory for each container. */
const LXC = ['var/lib/lxc'];
/** Directories in which LXD, its snap, and Incus have a directory for each container. */
const PROJECTS = ['var/lib/lxd/containers', 'var/snap/lxd/common/lxd/containers', 'var/lib/incus/containers'];

/** Matches an id that may contain more than the name of the container. */
const COMPOSED = /_|-\d+$/;

/**
 * Returns the names of the LXC containers whose id is more than a name: `<project>_<name>` in a project of LXD or Incus, and
 * `<name>-<number>` if the cgroup of a previous container of this name still existed. A name may have the same form. The
 * directories of the containers show which part of the id is the name.
 */
export async function findLxcNames(
  reader: StateReader,
  containers: readonly Container[],
): Promise<readonly (readonly [container: Container, metadata: ContainerMetadata])[]> {
  const candidates = containers.filter(({ runtime, id }) => runtime === 'lxc' && COMPOSED.test(id));
  if (candidates.length === 0) return [];
  const [names, projectNames] = await Promise.all([LXC, PROJECTS].map((paths) => listAll(reader, paths)));
  const toName = (id: string): string | undefined => {
    if (names?.has(id) === true) return id;
    return projectNames?.has(id) === true ? id.slice(id.indexOf('_') + 1) : undefined;
  };
  return candidates.flatMap((container) => {
    const name = toName(container.id) ?? toName(container.id.replace(/-\d+$/, ''));
    return name === undefined ? [] : [[container, { name }] as const];
  });
}

async function listAll(reader: StateReader, paths: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(paths.map((path) => reader.list(path)))).flat());
}
