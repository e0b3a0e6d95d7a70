/**
 * Identifies containers by the paths of their cgroups. The paths depend on the runtime and on its cgroup driver: Docker uses
 * `docker-<id>.scope` with the systemd driver and `docker/<id>` with the cgroupfs driver.
 */

export type Runtime = 'containerd' | 'cri-o' | 'docker' | 'lxc' | 'podman' | 'systemd-nspawn';

export interface CgroupIdentity {
  /**
   * `undefined` if the path does not show the runtime: the name is only an id, and the user has chosen the parent cgroup.
   */
  readonly runtime: Runtime | undefined;
  /** Id that the runtime has assigned to the container: 64 hexadecimal digits, or a name. */
  readonly id: string;
  /** UID of the Kubernetes pod that contains the container; `undefined` outside of pods. */
  readonly podUid: string | undefined;
}

/**
 * Returns the identity of a container; `undefined` if the cgroup does not belong to a container.
 *
 * @param path path of the cgroup, relative to the root of its hierarchy: `/docker/b07c…`
 */
export function identifyCgroup(path: string): CgroupIdentity | undefined {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const parent = parts.at(-2) ?? '';
  const match = matchName(name) ?? matchParent(name, parent, parts.length);
  if (match !== undefined) return { ...match, podUid: findPodUid(parts) };
  // Each child cgroup of a pod belongs to a container, or to a helper process of a runtime.
  const podUid = findPodUid([parent]);
  return podUid === undefined || HELPER.test(name) ? undefined : { runtime: undefined, id: name, podUid };
}

type RuntimeMatch = Omit<CgroupIdentity, 'podUid'>;

/** Names of cgroups that contain no container but helper processes, such as the monitor of a container. */
const HELPER = /^(crio-|libpod-)?conmon|^lxc\.monitor|\.(service|slice|mount)$/s;

/** Names that contain the runtime and an id: `cri-containerd-<id>.scope`, `libpod-<id>`, `<slice>:cri-containerd:<id>`. */
const PREFIXED = /^(?:.+:)?(docker|cri-containerd|nerdctl|crio|libpod|libpod-payload)[-:]([0-9a-f]{64})(?:\.scope)?$/s;
const BARE_ID = /^[0-9a-f]{64}$/;

const RUNTIMES: ReadonlyMap<string, Runtime> = new Map([
  ['docker', 'docker'],
  ['cri-containerd', 'containerd'],
  ['nerdctl', 'containerd'],
  ['crio', 'cri-o'],
  ['libpod', 'podman'],
  ['libpod-payload', 'podman'],
]);

function matchName(name: string): RuntimeMatch | undefined {
  const [, prefix = '', id] = PREFIXED.exec(name) ?? [];
  if (id !== undefined) return { runtime: RUNTIMES.get(prefix), id };
  const [, scope, service] = MACHINE.exec(name) ?? [];
  const machine = scope ?? service;
  if (machine !== undefined) return matchMachine(unescapeUnit(machine));
  const [, payload] = /^lxc\.payload\.(.+)$/s.exec(name) ?? [];
  return payload === undefined ? undefined : { runtime: 'lxc', id: payload };
}

/** Names of systemd's machine units: https://systemd.io/WRITING_VM_AND_CONTAINER_MANAGERS/ */
const MACHINE = /^(?:machine-(.+)\.scope|systemd-nspawn@(.+)\.service)$/s;

/** Returns the container of a machine unit; `undefined` for a virtual machine, which systemd registers like a container. */
function matchMachine(id: string): RuntimeMatch | undefined {
  if (id.startsWith('qemu-')) return undefined;
  return id.startsWith('lxc-') ? { runtime: 'lxc', id } : { runtime: 'systemd-nspawn', id };
}

/** Resolves the escapes in a unit name, such as `\x2d` for a hyphen: systemd.unit(5). */
function unescapeUnit(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Top-level directories whose subdirectories are containers and have the id of the container as their name. */
const PARENTS: ReadonlyMap<string, Runtime> = new Map([
  ['docker', 'docker'],
  ['lxc', 'lxc'],
  ['lxc.payload', 'lxc'],
  // Namespaces of containerd: the clients ctr and nerdctl use `default`, Kubernetes uses `k8s.io`.
  ['default', 'containerd'],
  ['k8s.io', 'containerd'],
]);

/** @param depth number of components of the path, including the empty component before the first slash */
function matchParent(name: string, parent: string, depth: number): RuntimeMatch | undefined {
  if (BARE_ID.test(name)) return { runtime: PARENTS.get(parent), id: name };
  const runtime = depth === 3 || parent.startsWith('lxc') ? PARENTS.get(parent) : undefined;
  if (runtime === undefined || runtime === 'docker' || HELPER.test(name)) return undefined;
  return { runtime, id: name };
}

/** Matches `pod119c160d-6465-…` and `kubepods-burstable-pod119c160d_6465_….slice`. UIDs of static pods have no hyphens. */
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::|$)/;

function findPodUid(parts: readonly string[]): string | undefined {
  for (const part of parts.toReversed()) {
    const uid = POD.exec(part)?.[1];
    if (uid !== undefined) return uid.replaceAll('_', '-');
  }
  return undefined;
}
