/**
 * Which cgroups are containers, by the shape of their paths: each runtime names its cgroups in its own way, another way
 * with systemd's driver (`docker-<id>.scope`) than without (`docker/<id>`).
 */

export type Runtime = 'containerd' | 'cri-o' | 'docker' | 'lxc' | 'podman' | 'systemd-nspawn';

export interface CgroupIdentity {
  /** `undefined`: some runtime names its cgroups by the bare id, below a parent that the user chose. */
  readonly runtime: Runtime | undefined;
  /** What the runtime calls it: 64 hexadecimal digits, or the name of a machine. */
  readonly id: string;
  /** Of the Kubernetes pod it is in. */
  readonly podUid: string | undefined;
}

/** @param path of a cgroup below the root of its hierarchy: `/docker/b07c…` */
export function identifyCgroup(path: string): CgroupIdentity | undefined {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const parent = parts.at(-2) ?? '';
  const named = byName(name) ?? byParent(name, parent, parts.length);
  if (named !== undefined) return { ...named, podUid: podUidOf(parts) };
  // Whatever a runtime calls it: what is directly below a pod and not one of a runtime's helpers is a container.
  const podUid = podUidOf([parent]);
  return podUid === undefined || HELPER.test(name) ? undefined : { runtime: undefined, id: name, podUid };
}

type Named = Omit<CgroupIdentity, 'podUid'>;

/** The parts of a runtime that run beside a container: its monitor, its shim. */
const HELPER = /^(crio-|libpod-)?conmon|^lxc\.monitor|\.(service|slice|mount)$/s;

/** Container ids in names: `cri-containerd-<id>.scope`, `libpod-<id>`, and `<slice>:cri-containerd:<id>`. */
const PREFIXED = /^(?:.+:)?(docker|cri-containerd|nerdctl|crio|libpod|libpod-payload)[-:]([0-9a-f]{64})(?:\.scope)?$/s;
const BARE = /^[0-9a-f]{64}$/;

const RUNTIMES: ReadonlyMap<string, Runtime> = new Map([
  ['docker', 'docker'],
  ['cri-containerd', 'containerd'],
  ['nerdctl', 'containerd'],
  ['crio', 'cri-o'],
  ['libpod', 'podman'],
  ['libpod-payload', 'podman'],
]);

function byName(name: string): Named | undefined {
  const [, prefix = '', id] = PREFIXED.exec(name) ?? [];
  if (id !== undefined) return { runtime: RUNTIMES.get(prefix), id };
  const machine = MACHINE.exec(name);
  if (machine !== null) return ofMachine(unescapeUnit(machine[1] ?? machine[2] ?? ''));
  const [, payload] = /^lxc\.payload\.(.+)$/s.exec(name) ?? [];
  return payload === undefined ? undefined : { runtime: 'lxc', id: payload };
}

/** https://systemd.io/WRITING_VM_AND_CONTAINER_MANAGERS/ */
const MACHINE = /^(?:machine-(.+)\.scope|systemd-nspawn@(.+)\.service)$/s;

/** Virtual machines are registered as machines too, and are none of ours. */
function ofMachine(id: string): Named | undefined {
  if (id.startsWith('qemu-')) return undefined;
  return id.startsWith('lxc-') ? { runtime: 'lxc', id } : { runtime: 'systemd-nspawn', id };
}

/** systemd.unit(5): other characters than letters, digits, `:`, `_` and `.` are `\x2d`. */
function unescapeUnit(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Folders at the top that hold containers by their bare names. */
const PARENTS: ReadonlyMap<string, Runtime> = new Map([
  ['docker', 'docker'],
  ['lxc', 'lxc'],
  ['lxc.payload', 'lxc'],
  // The namespaces in which containerd's own clients, nerdctl and Kubernetes keep theirs.
  ['default', 'containerd'],
  ['k8s.io', 'containerd'],
]);

function byParent(name: string, parent: string, depth: number): Named | undefined {
  if (BARE.test(name)) return { runtime: PARENTS.get(parent), id: name };
  const runtime = depth === 3 || parent.startsWith('lxc') ? PARENTS.get(parent) : undefined;
  if (runtime === undefined || runtime === 'docker' || HELPER.test(name)) return undefined;
  return { runtime, id: name };
}

/** `pod119c160d-6465-…`, `kubepods-burstable-pod119c160d_6465_….slice`; a static pod's is a hash without hyphens. */
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::|$)/;

function podUidOf(parts: readonly string[]): string | undefined {
  for (const part of parts.toReversed()) {
    const uid = POD.exec(part)?.[1];
    if (uid !== undefined) return uid.replaceAll('_', '-');
  }
  return undefined;
}
