import { AbsentError, type Host } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { findLxcNames } from './lxc-names.ts';
import { type ContainerMetadata, mergeMetadata, parseKubernetesName } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';
import { findMonitor } from './monitor-process.ts';
import { findSystemDirectories, findUserDirectories, mergeDirectories } from './runtime-directories.ts';
import { StateIndex } from './state-index.ts';
import { StateReader } from './state-reader.ts';
import { type HostUser, readUsers, uidOf } from './users.ts';

/** Maximum number of users whose directories are searched for a container whose path contains no user. */
const MAX_USERS = 100;

/**
 * Returns a source for the files in which runtimes store the state of their containers: the state directories of Docker,
 * containerd, LXD and Incus, and the container stores of Podman and CRI-O. In most cases only root can read them.
 *
 * @param allowed names of the container labels to read
 */
export function runtimeState(allowed: readonly string[]): MetadataSource {
  return {
    name: 'runtime-state',
    isRequired: false,
    async find(host, containers): Promise<MetadataResult> {
      const reader = new StateReader(host.rootfs);
      const system = await StateIndex.create(reader, await findSystemDirectories(reader), allowed);
      const metadata = new Map<Container, ContainerMetadata>(await findLxcNames(reader, containers));
      await addMetadata(metadata, system, containers);
      const listMissing = (): readonly Container[] => containers.filter((container) => !metadata.has(container));
      await addUserMetadata(metadata, listMissing().filter(mayBelongToUser), { reader, allowed });
      await addMonitorMetadata(metadata, listMissing(), { host, reader, allowed });
      const { errors } = reader;
      if (metadata.size === 0 && errors.length === 0) throw new AbsentError('Cannot find the state of any runtime');
      return { metadata, errors };
    },
  };
}

async function addMetadata(
  metadata: Map<Container, ContainerMetadata>,
  index: StateIndex,
  containers: readonly Container[],
): Promise<void> {
  await Promise.all(
    containers.map(async (container) => {
      const found = await index.find(container);
      if (found !== undefined) metadata.set(container, found);
    }),
  );
}

/** Returns whether a user without root privileges may have started the container. */
function mayBelongToUser(container: Container): boolean {
  const { runtime } = container;
  return uidOf(container) !== undefined || runtime === 'podman' || runtime === 'docker';
}

/**
 * Adds the metadata of containers that users run without root privileges. The state of a user is used only for containers
 * in the slice of this user, and for containers in no user's slice: a system service may run Podman as a user.
 */
async function addUserMetadata(
  metadata: Map<Container, ContainerMetadata>,
  containers: readonly Container[],
  { reader, allowed }: { readonly reader: StateReader; readonly allowed: readonly string[] },
): Promise<void> {
  if (containers.length === 0) return;
  const users = await readUsers(reader);
  const add = async (list: readonly Container[], owners: readonly HostUser[]): Promise<void> => {
    if (list.length === 0 || owners.length === 0) return;
    const directories = await findUserDirectories(reader, owners);
    await addMetadata(metadata, await StateIndex.create(reader, directories, allowed), list);
  };
  for (const [uid, list] of Map.groupBy(containers, uidOf)) {
    const owners = users.filter((user) => uid === undefined || user.uid === uid);
    await add(list, owners.slice(0, MAX_USERS));
  }
}

/**
 * Maximum number of containers whose shim is searched in one request. All containers of one containerd have the same state
 * directory.
 */
const MAX_SHIMS = 16;

/**
 * Adds the names in the command lines of monitor processes, and the metadata in the directories that these command lines
 * contain.
 */
async function addMonitorMetadata(
  metadata: Map<Container, ContainerMetadata>,
  containers: readonly Container[],
  { host, reader, allowed }: { readonly host: Host; readonly reader: StateReader; readonly allowed: readonly string[] },
): Promise<void> {
  const candidates = [...containers.filter(mayHaveConmon), ...containers.filter(mayHaveShim).slice(0, MAX_SHIMS)];
  const monitors = candidates.flatMap((container) => {
    const monitor = findMonitor(host, container);
    return monitor === undefined ? [] : [{ container, ...monitor }];
  });
  if (monitors.length === 0) return;
  const directories = mergeDirectories(monitors.map((monitor) => monitor.directories));
  await addMetadata(metadata, await StateIndex.create(reader, directories, allowed), containers);
  for (const { container, name } of monitors) {
    if (name === undefined) continue;
    metadata.set(container, mergeMetadata([metadata.get(container) ?? {}, { name }, parseKubernetesName(name)]));
  }
}

function mayHaveConmon({ runtime }: Container): boolean {
  return runtime === 'podman' || runtime === 'cri-o';
}

function mayHaveShim({ runtime }: Container): boolean {
  return runtime === undefined || runtime === 'docker' || runtime === 'containerd';
}
