import { AbsentError, type Host, PERMISSION_ERRNOS, type ReadOptions } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { readStores } from './container-stores.ts';
import { asArray, asObject, asText, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, findFirstValue, mergeMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';

/**
 * Reads the metadata of one container from its state directory. Returns `undefined` if the file is absent or not readable.
 */
type ReadState = (host: Host, directory: string, allowed: readonly string[]) => Promise<ContainerMetadata | undefined>;

/**
 * Directories that contain the state directories of containers. The name of a state directory is the id of the container.
 */
const STATE_ROOTS: readonly { readonly path: string; readonly read: ReadState }[] = [
  { path: 'var/lib/docker/containers', read: readDocker },
  { path: 'run/docker/runtime-runc/moby', read: readRelocatedDocker },
  { path: 'run/containerd/io.containerd.runtime.v2.task/k8s.io', read: readBundle },
  { path: 'run/containerd/io.containerd.runtime.v2.task/default', read: readBundle },
  { path: 'run/containers/storage/overlay-containers', read: readStorageBundle },
];

/**
 * Returns a source for the files in which runtimes store the state of their containers: the state directories of Docker and
 * containerd, and the container stores of Podman and CRI-O. In most cases only root can read them.
 *
 * @param allowed names of the container labels to read
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

/** Options with which a file counts as absent if this process may not read it. */
const DENIED_IS_ABSENT: ReadOptions = { ignoreErrno: PERMISSION_ERRNOS };

interface StateRoot {
  readonly path: string;
  readonly read: ReadState;
  /** Ids of the containers that have a state directory. */
  readonly ids: ReadonlySet<string>;
}

/** Returns the state roots that contain containers: one or two on most hosts. The other roots are not searched. */
async function listStateRoots(host: Host): Promise<readonly StateRoot[]> {
  const roots = await Promise.all(
    STATE_ROOTS.map(async ({ path, read }) => ({ path, read, ids: await listIds(host, path) })),
  );
  return roots.filter(({ ids }) => ids.size > 0);
}

async function listIds({ rootfs }: Host, path: string): Promise<ReadonlySet<string>> {
  return new Set(await rootfs.listIfPresent(path, DENIED_IS_ABSENT));
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

function readDocker(
  { rootfs }: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return rootfs.readIfPresent(`${directory}/config.v2.json`, (text) => parseDocker(text, allowed), DENIED_IS_ABSENT);
}

/** Reads the state of a container whose Docker has another data directory. The container's mounts show the directory. */
async function readRelocatedDocker(
  host: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  const id = directory.slice(directory.lastIndexOf('/') + 1);
  const stateFile = `${directory}/state.json`;
  const relocated = await host.rootfs.readIfPresent(
    stateFile,
    (text) => parseDockerDirectory(text, id),
    DENIED_IS_ABSENT,
  );
  return relocated === undefined ? undefined : readDocker(host, relocated, allowed);
}

function readBundle(
  { rootfs }: Host,
  directory: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return rootfs.readIfPresent(`${directory}/config.json`, (text) => parseBundle(text, allowed), DENIED_IS_ABSENT);
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
 * Parses runc's `state.json` and returns the state directory that Docker has for the container. Docker mounts files such as
 * `hostname` from that directory into the container, and `state.json` lists the mounts.
 */
function parseDockerDirectory(text: string, id: string): string | undefined {
  const { mounts } = asObject(asObject(parseJson(text))['config']);
  const sources = asArray(mounts).map((mount) => asText(asObject(mount)['source']) ?? '');
  const source = sources.find((path) => path.startsWith('/') && path.includes(`/containers/${id}/`));
  return source?.slice(0, source.lastIndexOf('/'));
}

/** Parses the annotations in an OCI runtime configuration, `config.json`: https://github.com/opencontainers/runtime-spec */
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
