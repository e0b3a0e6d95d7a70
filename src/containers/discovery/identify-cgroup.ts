/**
 * Identifies containers by the paths of their cgroups. The paths depend on the runtime and on its cgroup driver: Docker uses
 * `docker-<id>.scope` with the systemd driver and `docker/<id>` with the cgroupfs driver.
 */

export type Runtime = 'containerd' | 'cri-o' | 'docker' | 'lxc' | 'podman' | 'systemd-nspawn';

export interface CgroupIdentity {
  /** `undefined` if the path does not reveal the runtime: the name is a bare id below a parent that the user configured. */
  readonly runtime: Runtime | undefined;
  /** The id that the runtime assigned: 64 hexadecimal digits, or a name. */
  readonly id: string;
  /** UID of the Kubernetes pod that contains it. */
  readonly podUid: string | undefined;
}

/**
 * Returns the identity of a container; `undefined` if the cgroup is not a container.
 *
 * @param path of the cgroup below the root of its hierarchy: `/docker/b07c…`
 */
export function identifyCgroup(path: string): CgroupIdentity | undefined {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const parent = parts.at(-2) ?? '';
  const match = matchName(name) ?? matchParent(name, parent, parts.length);
  if (match !== undefined) return { ...match, podUid: findPodUid(parts) };
  // Any cgroup directly below a pod is a container, unless it belongs to a helper process of a runtime.
  const podUid = findPodUid([parent]);
  return podUid === undefined || HELPER.test(name) ? undefined : { runtime: undefined, id: name, podUid };
}

type RuntimeMatch = Omit<CgroupIdentity, 'podUid'>;

/** Cgroups of processes that run beside a container, such as its monitor. */
const HELPER = /^(crio-|libpod-)?conmon|^lxc\.monitor|\.(service|slice|mount)$/s;

/** Names with a prefix and an id: `cri-containerd-<id>.scope`, `libpod-<id>`, `<slice>:cri-containerd:<id>`. */
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

/** https://systemd.io/WRITING_VM_AND_CONTAINER_MANAGERS/ */
const MACHINE = /^(?:machine-(.+)\.scope|systemd-nspawn@(.+)\.service)$/s;

/** systemd registers virtual machines in the same way as containers. They are not containers. */
function matchMachine(id: string): RuntimeMatch | undefined {
  if (id.startsWith('qemu-')) return undefined;
  return id.startsWith('lxc-') ? { runtime: 'lxc', id } : { runtime: 'systemd-nspawn', id };
}

/** systemd.unit(5): characters other than letters, digits, `:`, `_` and `.` are escaped as `\x2d`. */
function unescapeUnit(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Top-level directories that contain containers under their bare names. */
const PARENTS: ReadonlyMap<string, Runtime> = new Map([
  ['docker', 'docker'],
  ['lxc', 'lxc'],
  ['lxc.payload', 'lxc'],
  // Namespaces of containerd: `default` is that of its clients ctr and nerdctl, `k8s.io` that of Kubernetes.
  ['default', 'containerd'],
  ['k8s.io', 'containerd'],
]);

/** @param depth number of components of the path, including the empty one before the first slash */
function matchParent(name: string, parent: string, depth: number): RuntimeMatch | undefined {
  if (BARE_ID.test(name)) return { runtime: PARENTS.get(parent), id: name };
  const runtime = depth === 3 || parent.startsWith('lxc') ? PARENTS.get(parent) : undefined;
  if (runtime === undefined || runtime === 'docker' || HELPER.test(name)) return undefined;
  return { runtime, id: name };
}

/** `pod119c160d-6465-…` or `kubepods-burstable-pod119c160d_6465_….slice`. The UID of a static pod is a hash without hyphens. */
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::|$)/;

function findPodUid(parts: readonly string[]): string | undefined {
  for (const part of parts.toReversed()) {
    const uid = POD.exec(part)?.[1];
    if (uid !== undefined) return uid.replaceAll('_', '-');
  }
  return undefined;
}
