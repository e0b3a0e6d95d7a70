import { AbsentError, type Host, PERMISSION_ERRNOS, type ReadOptions } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { listOf, objectOf, parseJson, textOf, textsOf } from './json.ts';
import { allowedLabels, type ContainerMetadata, firstOf, mergeMetadata, podOf } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';
import { readStores } from './stores.ts';

/** Folders that have a folder for each container, by its id, and how to read what is in that. */
const FOLDERS: readonly { readonly path: string; readonly read: ReadState }[] = [
  { path: 'var/lib/docker/containers', read: readDocker },
  { path: 'run/docker/runtime-runc/moby', read: readDockerElsewhere },
  { path: 'run/containerd/io.containerd.runtime.v2.task/k8s.io', read: readBundle },
  { path: 'run/containerd/io.containerd.runtime.v2.task/default', read: readBundle },
  { path: 'run/containers/storage/overlay-containers', read: readStorageBundle },
];

/** A file that this process may not read counts as absent. */
const DENIED: ReadOptions = { ignoreErrno: PERMISSION_ERRNOS };

type ReadState = (host: Host, folder: string, allowed: readonly string[]) => Promise<ContainerMetadata | undefined>;

/**
 * What runtimes write of their containers to disk, for root alone in most cases: Docker's and containerd's folder of each
 * container, and the list that Podman and CRI-O keep. Never the layers of an image.
 */
export function runtimeState(allowed: readonly string[]): MetadataSource {
  return {
    name: 'runtime-state',
    isRequired: false,
    async find(host, containers): Promise<MetadataResult> {
      const errors: unknown[] = [];
      const [stores, folders] = await Promise.all([readStores(host, containers, errors), listFolders(host)]);
      const names = new Map<Container, ContainerMetadata>();
      await Promise.all(
        containers.map(async (container) => {
          const stored = stores.get(container.id);
          try {
            const found = await readState(host, container.id, { folders, allowed });
            if (found !== undefined || stored !== undefined)
              names.set(container, mergeMetadata([found ?? {}, stored ?? {}]));
          } catch (error) {
            errors.push(error);
          }
        }),
      );
      if (names.size === 0 && errors.length === 0) throw new AbsentError('Cannot find the state of any runtime');
      return { names, errors };
    },
  };
}

interface Folder {
  readonly path: string;
  readonly read: ReadState;
  readonly ids: ReadonlySet<string>;
}

/** A machine has one or two of them: nobody has to look for a container in the others. */
async function listFolders(host: Host): Promise<readonly Folder[]> {
  const lists = await Promise.all(
    FOLDERS.map(async ({ path, read }) => ({ path, read, ids: await listIds(host, path) })),
  );
  return lists.filter(({ ids }) => ids.size > 0);
}

async function listIds({ rootfs }: Host, path: string): Promise<ReadonlySet<string>> {
  return new Set(await rootfs.listIfPresent(path, DENIED));
}

async function readState(
  host: Host,
  id: string,
  { folders, allowed }: { readonly folders: readonly Folder[]; readonly allowed: readonly string[] },
): Promise<ContainerMetadata | undefined> {
  for (const { path, read, ids } of folders) {
    const names = ids.has(id) ? await read(host, `${path}/${id}`, allowed) : undefined;
    if (names !== undefined) return names;
  }
  return undefined;
}

function readDocker(
  { rootfs }: Host,
  folder: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return rootfs.readIfPresent(`${folder}/config.v2.json`, (text) => parseDocker(text, allowed), DENIED);
}

/** Where Docker's folder of the container is not in its usual place, the mounts of the container lead there. */
async function readDockerElsewhere(
  host: Host,
  folder: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  const id = folder.slice(folder.lastIndexOf('/') + 1);
  const other = await host.rootfs.readIfPresent(`${folder}/state.json`, (text) => parseDockerFolder(text, id), DENIED);
  return other === undefined ? undefined : readDocker(host, other, allowed);
}

function readBundle(
  { rootfs }: Host,
  folder: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return rootfs.readIfPresent(`${folder}/config.json`, (text) => parseBundle(text, allowed), DENIED);
}

function readStorageBundle(
  host: Host,
  folder: string,
  allowed: readonly string[],
): Promise<ContainerMetadata | undefined> {
  return readBundle(host, `${folder}/userdata`, allowed);
}

/** Docker's `config.v2.json`: `{"Name": "/web", "Config": {"Image": "nginx", "Labels": {…}, "Env": […]}, …}` */
function parseDocker(text: string, allowed: readonly string[]): ContainerMetadata {
  const { Name, Config } = objectOf(parseJson(text));
  const { Image, Labels } = objectOf(Config);
  const labels = textsOf(Labels);
  return {
    name: textOf(Name)?.replace(/^\//, ''),
    image: textOf(Image),
    ...podOf(labels),
    labels: allowedLabels(labels, allowed),
  };
}

/** runc's `state.json`: Docker mounts `hostname` and other files from the container's folder. */
function parseDockerFolder(text: string, id: string): string | undefined {
  const { mounts } = objectOf(objectOf(parseJson(text))['config']);
  const sources = listOf(mounts).map((mount) => textOf(objectOf(mount)['source']) ?? '');
  const source = sources.find((path) => path.startsWith('/') && path.includes(`/containers/${id}/`));
  return source?.slice(0, source.lastIndexOf('/'));
}

/** The `config.json` of a bundle, whose annotations say what it is for. https://github.com/opencontainers/runtime-spec */
function parseBundle(text: string, allowed: readonly string[]): ContainerMetadata {
  const annotations = textsOf(objectOf(parseJson(text))['annotations']);
  return {
    name: firstOf(annotations, ['nerdctl/name', 'io.kubernetes.cri-o.Name']),
    image: firstOf(annotations, [
      'io.kubernetes.cri.image-name',
      'io.kubernetes.cri-o.ImageName',
      'nerdctl/image-name',
    ]),
    ...podOf(annotations),
    labels: allowedLabels(annotations, allowed),
  };
}
