import { AbsentError, type Host, ignoreErrnoAsync, PERMISSION_ERRNOS } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { readStores } from './container-stores.ts';
import { asArray, asObject, asText, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, findFirstValue, mergeMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';

/** Reads the metadata of one container from its state directory; returns `undefined` if that has none for this process. */
type ReadState = (host: Host, directory: string, allowed: readonly string[]) => Promise<ContainerMetadata | undefined>;

/** Directories with a state directory for each container, named by its id. */
const STATE_ROOTS: readonly { readonly path: string; readonly read: ReadState }[] = [
  { path: 'var/lib/docker/containers', read: readDocker },
  { path: 'run/docker/runtime-runc/moby', read: readRelocatedDocker },
  { path: 'run/containerd/io.containerd.runtime.v2.task/k8s.io', read: readBundle },
  { path: 'run/containerd/io.containerd.runtime.v2.task/default', read: readBundle },
  { path: 'run/containers/storage/overlay-containers', read: readStorageBundle },
];

/**
 * Files that runtimes write about their containers, in most cases readable by root only: the state directories of Docker and
 * containerd, and the stores of Podman and CRI-O. The layers of an image are never read.
 *
 * @param allowed names of the labels to read
 */
export function runtimeState(allowed: readonly string[]): MetadataSource {
  return {
    name: 'runtime-state',
    isRequired: false,
    async find(host, containers): Promise<MetadataResult> {
      const errors: unknown[] = [];
      const [stores, roots] = await Promise.all([readStores(host, containers, errors), listStateRoots(host)]);
      const metadata = new Map<Container, ContainerMetadata>();
      await Promise.all(
        containers.map(async (container) => {
          const stored = stores.get(container.id);
          try {
            const state = await readState(host, container.id, { roots, allowed });
            if (state !== undefined || stored !== undefined) {
              metadata.set(container, mergeMetadata([state ?? {}, stored ?? {}]));
            }
          } catch (error) {
            errors.push(error);
          }
        }),
      );
      if (metadata.size === 0 && errors.length === 0) throw new AbsentError('Cannot find the state of any runtime');
      return { metadata, errors };
    },
  };
}

interface StateRoot {
  readonly path: string;
  readonly read: ReadState;
  /** Ids of the containers in the directory. */
  readonly ids: ReadonlySet<string>;
}

/** Returns the state roots with containers. A host has one or two of them, and the others need not be searched. */
async function listStateRoots(host: Host): Promise<readonly StateRoot[]> {
  const roots = await Promise.all(
    STATE_ROOTS.map(async ({ path, read }) => ({ path, read, ids: await listIds(host, path) })),
  );
  return roots.filter(({ ids }) => ids.size > 0);
}

async function listIds({ rootfs }: Host, path: string): Promise<ReadonlySet<string>> {
  return new Set(await unlessRefused(rootfs.list(path)));
}

async function readState(
  host: Host,
  id: string,
  { roots, allowed }: { readonly roots: readonly StateRoot[]; readonly allowed: readonly string[] },
): Promise<ContainerMetadata | undefined> {
  for (const { path, read, ids } of roots) {
    const metadata = ids.has(id) ? await read(host, `${path}/${id}`, allowed) : undefined;
    if (metadata !== undefined) return metadata;
  }
  return undefined;
}

/** Returns `undefined` for a file that does not exist or that this process may not read. */
function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  return ignoreErrnoAsync(PERMISSION_ERRNOS, reading);
}

function readDocker(
  { rootfs }: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return unlessRefused(rootfs.read(`${directory}/config.v2.json`, (text) => parseDocker(text, allowed)));
}

/** Reads the state of a Docker with another data directory, which the mounts of the container reveal. */
async function readRelocatedDocker(
  host: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  const id = directory.slice(directory.lastIndexOf('/') + 1);
  const stateFile = `${directory}/state.json`;
  const relocated = await unlessRefused(host.rootfs.read(stateFile, (text) => parseDockerDirectory(text, id)));
  return relocated === undefined ? undefined : readDocker(host, relocated, allowed);
}

function readBundle(
  { rootfs }: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return unlessRefused(rootfs.read(`${directory}/config.json`, (text) => parseBundle(text, allowed)));
}

function readStorageBundle(
  host: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return readBundle(host, `${directory}/userdata`, allowed);
}

/** Parses Docker's `config.v2.json`: `{"Name": "/web", "Config": {"Image": "nginx", "Labels": {…}, "Env": […]}, …}`. */
function parseDocker(text: string, allowed: readonly string[]): ContainerMetadata {
  const { Name, Config } = asObject(parseJson(text));
  const { Image, Labels } = asObject(Config);
  const labels = asTextMap(Labels);
  return {
    name: asText(Name)?.replace(/^\//, ''),
    image: asText(Image),
    ...pickPodMetadata(labels),
    labels: pickLabels(labels, allowed),
  };
}

/**
 * Returns the state directory of a Docker container from runc's `state.json`: Docker mounts `hostname` and other files from
 * that directory into the container.
 */
function parseDockerDirectory(text: string, id: string): string | undefined {
  const { mounts } = asObject(asObject(parseJson(text))['config']);
  const sources = asArray(mounts).map((mount) => asText(asObject(mount)['source']) ?? '');
  const source = sources.find((path) => path.startsWith('/') && path.includes(`/containers/${id}/`));
  return source?.slice(0, source.lastIndexOf('/'));
}

/** Parses the annotations in the `config.json` of an OCI bundle: https://github.com/opencontainers/runtime-spec */
function parseBundle(text: string, allowed: readonly string[]): ContainerMetadata {
  const annotations = asTextMap(asObject(parseJson(text))['annotations']);
  return {
    name: findFirstValue(annotations, ['nerdctl/name', 'io.kubernetes.cri-o.Name']),
    image: findFirstValue(annotations, [
      'io.kubernetes.cri.image-name',
      'io.kubernetes.cri-o.ImageName',
      'nerdctl/image-name',
    ]),
    ...pickPodMetadata(annotations),
    labels: pickLabels(annotations, allowed),
  };
}
