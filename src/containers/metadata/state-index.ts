import type { Container } from '../discovery/container.ts';
import { listStores, readStores } from './container-stores.ts';
import { parseDockerState, parseRuncState } from './docker-state.ts';
import { type ContainerMetadata, mergeMetadata } from './metadata.ts';
import { type Bundle, parseBundle } from './oci-bundle.ts';
import type { RuntimeDirectories } from './runtime-directories.ts';
import type { StateReader } from './state-reader.ts';

/** A directory whose subdirectories have the ids of containers as names. */
interface StateDirectory {
  /** Path relative to the root file system. */
  readonly path: string;
  readonly ids: ReadonlySet<string>;
}

/** Finds the metadata of containers in directories of runtimes. Lists each directory once. */
export class StateIndex {
  readonly #reader: StateReader;
  readonly #allowed: readonly string[];
  readonly #docker: readonly StateDirectory[];
  readonly #runc: readonly StateDirectory[];
  readonly #bundles: readonly StateDirectory[];
  readonly #storageBundles: readonly StateDirectory[];
  readonly #stores: ReadonlyMap<string, ContainerMetadata>;

  private constructor(
    reader: StateReader,
    allowed: readonly string[],
    state: {
      readonly docker: readonly StateDirectory[];
      readonly runc: readonly StateDirectory[];
      readonly bundles: readonly StateDirectory[];
      readonly storageBundles: readonly StateDirectory[];
      readonly stores: ReadonlyMap<string, ContainerMetadata>;
    },
  ) {
    this.#reader = reader;
    this.#allowed = allowed;
    this.#docker = state.docker;
    this.#runc = state.runc;
    this.#bundles = state.bundles;
    this.#storageBundles = state.storageBundles;
    this.#stores = state.stores;
  }

  /** @param allowed names of the container labels to read */
  static async create(
    reader: StateReader,
    directories: RuntimeDirectories,
    allowed: readonly string[],
  ): Promise<StateIndex> {
    const list = (paths: readonly string[]): Promise<readonly StateDirectory[]> => listDirectories(reader, paths);
    const stores = (await Promise.all(directories.storage.map((path) => listStores(reader, path)))).flat();
    const [docker, runc, bundles, storageBundles, metadata] = await Promise.all([
      list(directories.docker.map((path) => `${path}/containers`)),
      listChildren(reader, directories.dockerExec, 'runtime-').then((paths) =>
        list(paths.map((path) => `${path}/moby`)),
      ),
      listNamespaces(reader, directories.containerd).then(list),
      list(stores),
      readStores(reader, stores),
    ]);
    return new StateIndex(reader, allowed, { docker, runc, bundles, storageBundles, stores: metadata });
  }

  /** Returns the metadata of a container; `undefined` if the directories do not contain the container. */
  async find(container: Container): Promise<ContainerMetadata | undefined> {
    if (container.runtime === 'lxc' || container.runtime === 'systemd-nspawn') return undefined;
    const { id } = container;
    const docker = await this.#findDocker(id);
    if (docker !== undefined) return docker;
    const bundle = await this.#readBundle(findBundle(this.#bundles, container));
    const relocated = bundle?.dockerData === undefined ? undefined : await this.#readDocker(bundle.dockerData, id);
    const storage = this.#storageBundles.find(({ ids }) => ids.has(id));
    const storageBundle = await this.#readBundle(storage && `${storage.path}/${id}/userdata`);
    const all = [relocated, bundle?.metadata, storageBundle?.metadata, this.#stores.get(id)];
    const known = all.filter((metadata) => metadata !== undefined);
    return known.length === 0 ? undefined : mergeMetadata(known);
  }

  async #findDocker(id: string): Promise<ContainerMetadata | undefined> {
    for (const { path } of this.#docker.filter(({ ids }) => ids.has(id))) {
      const metadata = await this.#readDockerState(`${path}/${id}`);
      if (metadata !== undefined) return metadata;
    }
    for (const { path } of this.#runc.filter(({ ids }) => ids.has(id))) {
      const data = await this.#reader.read(`${path}/${id}/state.json`, parseRuncState);
      const metadata = data === undefined ? undefined : await this.#readDocker(data, id);
      if (metadata !== undefined) return metadata;
    }
    return undefined;
  }

  #readDocker(data: string, id: string): Promise<ContainerMetadata | undefined> {
    return this.#readDockerState(`${data}/containers/${id}`);
  }

  #readDockerState(directory: string): Promise<ContainerMetadata | undefined> {
    return this.#reader.read(`${directory}/config.v2.json`, (text) => parseDockerState(text, this.#allowed));
  }

  async #readBundle(directory: string | undefined): Promise<Bundle | undefined> {
    if (directory === undefined) return undefined;
    return this.#reader.read(`${directory}/config.json`, (text) => parseBundle(text, this.#allowed));
  }
}

const GENERATED_ID = /^[0-9a-f]{64}$/;

/**
 * Returns the directory of a container's OCI bundle. If the id is a name, the bundle must be in the namespace that the path
 * of the container contains, because each namespace may have a container of this name.
 */
function findBundle(bundles: readonly StateDirectory[], { id, path, podUid }: Container): string | undefined {
  const candidates = bundles.filter(({ ids }) => ids.has(id));
  const isNamed = !GENERATED_ID.test(id);
  const bundle =
    isNamed && podUid === undefined
      ? candidates.find((candidate) => path === `/${nameOf(candidate.path)}/${id}`)
      : candidates[0];
  return bundle && `${bundle.path}/${id}`;
}

/** Directories of the bundles of containerd 1.2 and later, and of the shim of earlier versions. */
const TASKS = ['io.containerd.runtime.v2.task', 'io.containerd.runtime.v1.linux'];

/** Returns the directories of containerd's namespaces, which contain the bundles of the containers. */
async function listNamespaces(reader: StateReader, states: readonly string[]): Promise<readonly string[]> {
  return listChildren(
    reader,
    states.flatMap((state) => TASKS.map((task) => `${state}/${task}`)),
  );
}

async function listChildren(
  reader: StateReader,
  directories: readonly string[],
  prefix = '',
): Promise<readonly string[]> {
  const lists = await Promise.all(
    directories.map(async (directory) => (await reader.list(directory)).map((name) => ({ directory, name }))),
  );
  return lists.flat().flatMap(({ directory, name }) => (name.startsWith(prefix) ? [`${directory}/${name}`] : []));
}

/** Returns the directories that exist and are not empty. */
async function listDirectories(reader: StateReader, paths: readonly string[]): Promise<readonly StateDirectory[]> {
  const directories = await Promise.all(paths.map(async (path) => ({ path, ids: new Set(await reader.list(path)) })));
  return directories.filter(({ ids }) => ids.size > 0);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
