import { AbsentError, type Host } from '../../host.ts';
import type { Container } from '../container.ts';
import { objectOf, parseJson, textOf, textsOf } from './json.ts';
import { allowedLabels, mergeNames, type Names, podOf } from './names.ts';
import type { Found, NameSource } from './source.ts';
import { readStores, type Stores } from './stores.ts';

const DOCKER_STATES = 'run/docker/runtime-runc/moby';
const DOCKER_CONTAINERS = 'var/lib/docker/containers';
const BUNDLES = 'run/containerd/io.containerd.runtime.v2.task';
const STORAGE_BUNDLES = 'run/containers/storage/overlay-containers';

/**
 * What runtimes write of their containers to disk, for root alone in most cases: Docker's and containerd's folder of each
 * container, and the list that Podman and CRI-O keep. Never the layers of an image.
 */
export function runtimeState(allowed: readonly string[]): NameSource {
  return {
    name: 'runtime-state',
    isRequired: false,
    async find(host, containers): Promise<Found> {
      const errors: unknown[] = [];
      const stores = await readStores(host, containers, errors);
      const names = new Map<Container, Names>();
      await Promise.all(
        containers.map(async (container) => {
          try {
            const found = await readState(host, container, { stores, allowed });
            if (found !== undefined) names.set(container, found);
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

interface Options {
  readonly stores: Stores;
  readonly allowed: readonly string[];
}

async function readState(host: Host, container: Container, { stores, allowed }: Options): Promise<Names | undefined> {
  const { id, runtime } = container;
  const parse = (text: string): Names => parseBundle(text, allowed);
  const readers: readonly (() => Promise<Names | undefined>)[] = [
    ...(runtime === 'docker' || runtime === undefined ? [() => readDocker(host, id, allowed)] : []),
    ...(runtime === 'containerd' || runtime === undefined
      ? [
          () => find(host, `${BUNDLES}/k8s.io/${id}/config.json`, parse),
          () => find(host, `${BUNDLES}/default/${id}/config.json`, parse),
        ]
      : []),
    ...(runtime === 'podman' || runtime === 'cri-o' || runtime === undefined
      ? [() => find(host, `${STORAGE_BUNDLES}/${id}/userdata/config.json`, parse)]
      : []),
  ];
  const stored = stores.get(id);
  for (const read of readers) {
    const names = await read();
    if (names !== undefined) return mergeNames([names, ...(stored === undefined ? [] : [stored])]);
  }
  return stored;
}

/** What this process may not read is not there for it. */
async function find<T>({ rootfs }: Host, path: string, parse: (text: string) => T): Promise<T | undefined> {
  try {
    return await rootfs.find(path, parse);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')) {
      return undefined;
    }
    throw error;
  }
}

/** Docker's own folder of a container; where that is not in its usual place, the mounts of the container lead there. */
async function readDocker(host: Host, id: string, allowed: readonly string[]): Promise<Names | undefined> {
  const parse = (text: string): Names => parseDocker(text, allowed);
  const usual = await find(host, `${DOCKER_CONTAINERS}/${id}/config.v2.json`, parse);
  if (usual !== undefined) return usual;
  const folder = await find(host, `${DOCKER_STATES}/${id}/state.json`, (text) => parseDockerFolder(text, id));
  return folder === undefined ? undefined : find(host, `${folder}/config.v2.json`, parse);
}

/** Docker's `config.v2.json`: `{"Name": "/web", "Config": {"Image": "nginx", "Labels": {…}, "Env": […]}, …}` */
function parseDocker(text: string, allowed: readonly string[]): Names {
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
  const sources = Array.isArray(mounts) ? mounts.map((mount) => textOf(objectOf(mount)['source']) ?? '') : [];
  const source = sources.find((path) => path.startsWith('/') && path.includes(`/containers/${id}/`));
  return source?.slice(0, source.lastIndexOf('/'));
}

/** The `config.json` of a bundle, whose annotations say what it is for. https://github.com/opencontainers/runtime-spec */
function parseBundle(text: string, allowed: readonly string[]): Names {
  const annotations = textsOf(objectOf(parseJson(text))['annotations']);
  const first = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => annotations.get(key)).find((value) => value !== undefined);
  return {
    name: first('nerdctl/name', 'io.kubernetes.cri-o.Name'),
    image: first('io.kubernetes.cri.image-name', 'io.kubernetes.cri-o.ImageName', 'nerdctl/image-name'),
    ...podOf(annotations),
    labels: allowedLabels(annotations, allowed),
  };
}
