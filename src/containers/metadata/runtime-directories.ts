import { asObject, asText, parseJson } from './json.ts';
import type { StateReader } from './state-reader.ts';
import type { HostUser } from './users.ts';

/** Directories in which runtimes store the state of containers, relative to the root file system. */
export interface RuntimeDirectories {
  /** Data directories of Docker (`--data-root`). */
  readonly docker: readonly string[];
  /** Directories for the runtime state of Docker (`--exec-root`). */
  readonly dockerExec: readonly string[];
  /** State directories of containerd (`state` in its configuration). */
  readonly containerd: readonly string[];
  /** Container storage of Podman and CRI-O: the directories `graphroot` and `runroot`. */
  readonly storage: readonly string[];
}

/** Default directories of runtimes that run as root, by distribution. */
const SYSTEM: RuntimeDirectories = {
  docker: [
    'var/lib/docker',
    // Docker's snap.
    'var/snap/docker/common/var-lib-docker',
    // balenaOS.
    'mnt/data/docker',
  ],
  dockerExec: ['run/docker', 'run/snap.docker', 'run/balena-engine'],
  containerd: [
    // Also EKS, GKE, AKS, kubeadm, minikube, kind and the Kubernetes runtime of Bottlerocket and Talos.
    'run/containerd',
    // K3s and RKE2.
    'run/k3s/containerd',
    'run/k0s/containerd',
    'var/snap/microk8s/common/run/containerd',
    // Canonical Kubernetes.
    'var/snap/k8s/common/run/containerd',
    // Host containers of Bottlerocket.
    'run/host-containerd',
    // System services of Talos.
    'system/run/containerd',
  ],
  storage: ['var/lib/containers/storage', 'run/containers/storage'],
};

/** Returns the default directories of runtimes that a user runs without root privileges. */
function userDirectories({ uid, home }: HostUser): RuntimeDirectories {
  return {
    docker: [`${home}/.local/share/docker`],
    dockerExec: [`run/user/${uid}/docker`],
    containerd: [`run/user/${uid}/containerd`],
    storage: [`${home}/.local/share/containers/storage`, `run/user/${uid}/containers`],
  };
}

interface ConfigFile {
  readonly path: string;
  readonly parse: (text: string) => Partial<RuntimeDirectories>;
}

/** Configuration files in which an administrator can set other directories. */
const SYSTEM_CONFIG: readonly ConfigFile[] = [
  { path: 'etc/docker/daemon.json', parse: parseDockerConfig },
  { path: 'var/snap/docker/current/config/daemon.json', parse: parseDockerConfig },
  { path: 'etc/containerd/config.toml', parse: parseContainerdConfig },
  { path: 'etc/k0s/containerd.toml', parse: parseContainerdConfig },
  { path: 'var/lib/rancher/k3s/agent/etc/containerd/config.toml', parse: parseContainerdConfig },
  { path: 'var/lib/rancher/rke2/agent/etc/containerd/config.toml', parse: parseContainerdConfig },
  { path: 'usr/share/containers/storage.conf', parse: parseStorageConfig },
  { path: 'etc/containers/storage.conf', parse: parseStorageConfig },
  { path: 'etc/crio/crio.conf', parse: parseCrioConfig },
];
const CRIO_CONFIG_DIRECTORY = 'etc/crio/crio.conf.d';

const userConfig = ({ home }: HostUser): readonly ConfigFile[] => [
  { path: `${home}/.config/docker/daemon.json`, parse: parseDockerConfig },
  { path: `${home}/.config/containers/storage.conf`, parse: parseStorageConfig },
];

/** Returns the directories of the runtimes that run as root: the default directories, and those in configuration files. */
export async function findSystemDirectories(reader: StateReader): Promise<RuntimeDirectories> {
  const names = await reader.list(CRIO_CONFIG_DIRECTORY);
  const crio = names.map((name) => ({ path: `${CRIO_CONFIG_DIRECTORY}/${name}`, parse: parseCrioConfig }));
  return mergeDirectories([SYSTEM, ...(await readConfig(reader, [...SYSTEM_CONFIG, ...crio]))]);
}

/** Returns the directories of the runtimes that users run without root privileges. */
export async function findUserDirectories(
  reader: StateReader,
  users: readonly HostUser[],
): Promise<RuntimeDirectories> {
  const templates = users.length === 0 ? [] : await reader.read('etc/containers/storage.conf', parseUserStorage);
  const found = await Promise.all(
    users.map(async (user) => [
      userDirectories(user),
      { storage: (templates ?? []).map((template) => expandTemplate(template, user)) },
      ...(await readConfig(reader, userConfig(user))).map((directories) => expandAll(directories, user)),
    ]),
  );
  return mergeDirectories(found.flat());
}

async function readConfig(
  reader: StateReader,
  files: readonly ConfigFile[],
): Promise<readonly Partial<RuntimeDirectories>[]> {
  const configs = await Promise.all(files.map(({ path, parse }) => reader.read(path, parse)));
  return configs.flatMap((config) => config ?? []);
}

/** Merges lists of directories, and omits duplicates. Returns paths relative to the root file system. */
export function mergeDirectories(list: readonly Partial<RuntimeDirectories>[]): RuntimeDirectories {
  const merge = (kind: keyof RuntimeDirectories): readonly string[] => [
    ...new Set(list.flatMap((directories) => directories[kind] ?? []).flatMap(toRelative)),
  ];
  const dockerExec = merge('dockerExec');
  return {
    docker: merge('docker'),
    dockerExec,
    // Docker starts its own containerd unless the host has one. The state of this containerd is below the runtime state of
    // Docker.
    containerd: [...new Set([...merge('containerd'), ...dockerExec.map((path) => `${path}/containerd/daemon`)])],
    storage: merge('storage'),
  };
}

/**
 * Returns a path relative to the root file system; an empty list for `/`. Replaces `/var/run`, which may be an absolute link
 * to `/run`: such a link cannot be followed below the mount point of the root file system.
 */
function toRelative(path: string): readonly string[] {
  const relative = path
    .replace(/^\/+/, '')
    .replace(/(?<!\/)\/+$/, '')
    .replace(/^var\/run\//, 'run/');
  return relative === '' ? [] : [relative];
}

/** Parses Docker's daemon.json: https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file */
function parseDockerConfig(text: string): Partial<RuntimeDirectories> {
  const config = asObject(parseJson(text));
  // Docker 17.04 and earlier use the name `graph`.
  const dataRoot = asText(config['data-root']) ?? asText(config['graph']);
  const execRoot = asText(config['exec-root']);
  return {
    docker: dataRoot === undefined ? [] : [dataRoot],
    dockerExec: execRoot === undefined ? [] : [execRoot],
  };
}

function parseContainerdConfig(text: string): Partial<RuntimeDirectories> {
  return { containerd: findTomlTexts(text, 'state') };
}

/** Parses storage.conf: https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md */
function parseStorageConfig(text: string): Partial<RuntimeDirectories> {
  return { storage: findTomlTexts(text, 'graphroot|runroot') };
}

function parseCrioConfig(text: string): Partial<RuntimeDirectories> {
  return { storage: findTomlTexts(text, 'root|runroot') };
}

function parseUserStorage(text: string): readonly string[] {
  return findTomlTexts(text, 'rootless_storage_path');
}

/** Returns the string values of the keys in a TOML file. The keys may be in every table of the file. */
function findTomlTexts(text: string, keys: string): readonly string[] {
  const lines = text.matchAll(new RegExp(`^[ \\t]*(?:${keys})[ \\t]*=[ \\t]*(["'])(/?[^"'\\n]+)\\1`, 'gm'));
  return [...lines].flatMap(([, , value]) => value ?? []);
}

function expandAll(directories: Partial<RuntimeDirectories>, user: HostUser): Partial<RuntimeDirectories> {
  const { docker = [], dockerExec = [], storage = [] } = directories;
  const expand = (paths: readonly string[]): readonly string[] => paths.map((path) => expandTemplate(path, user));
  return { docker: expand(docker), dockerExec: expand(dockerExec), storage: expand(storage) };
}

/** Replaces the variables that containers-storage.conf(5) allows in the directories of a user. */
function expandTemplate(path: string, { name, uid, home }: HostUser): string {
  const values: Readonly<Record<string, string>> = { HOME: `/${home}`, USER: name, UID: uid };
  return path.replaceAll(/\$(?:\{(HOME|USER|UID)\}|(HOME|USER|UID))/g, (_match, braced, plain) => {
    return values[braced ?? plain] ?? '';
  });
}
