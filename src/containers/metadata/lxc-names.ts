import type { Container } from '../discovery/container.ts';
import type { ContainerMetadata } from './metadata.ts';
import type { StateReader } from './state-reader.ts';

/** Directories in which LXD, its snap, and Incus have a directory for each container. */
const CONTAINERS = ['var/lib/lxd/containers', 'var/snap/lxd/common/lxd/containers', 'var/lib/incus/containers'];

/**
 * Returns the names of the containers that are in a project of LXD or Incus: the id of such a container is
 * `<project>_<name>`. Without LXD or Incus an underscore is part of the name.
 */
export async function findLxcNames(
  reader: StateReader,
  containers: readonly Container[],
): Promise<readonly (readonly [container: Container, metadata: ContainerMetadata])[]> {
  const candidates = containers.filter(({ runtime, id }) => runtime === 'lxc' && id.includes('_'));
  if (candidates.length === 0) return [];
  const ids = new Set((await Promise.all(CONTAINERS.map((path) => reader.list(path)))).flat());
  return candidates.flatMap((container) => {
    const { id } = container;
    return ids.has(id) ? [[container, { name: id.slice(id.indexOf('_') + 1) }] as const] : [];
  });
}
