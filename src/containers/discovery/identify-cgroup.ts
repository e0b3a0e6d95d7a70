import { type CgroupLayout, EXCLUDED, LAYOUTS, POD_LAYOUTS, type Runtime } from './cgroup-layouts.ts';

export interface CgroupIdentity {
  /**
   * Runtime of the container; `undefined` if several runtimes use such paths, for example an id below a parent cgroup that
   * the user has chosen.
   */
  readonly runtime: Runtime | undefined;
  /** Id that the runtime has assigned to the container: usually 64 hexadecimal digits, or a name. */
  readonly id: string;
  /**
   * Id that no other container of the runtime on this host has. Usually it equals `id`. If another container, such as that
   * of another user, may have the same `id`, it is the path of the cgroup.
   */
  readonly uniqueId: string;
  /** Name of the container, if the path contains a name. */
  readonly name: string | undefined;
  /** UID of the Kubernetes pod that contains the container; `undefined` outside of pods. */
  readonly podUid: string | undefined;
}

/**
 * Returns the identity of a container; `undefined` if the cgroup does not belong to a container.
 *
 * @param path path of the cgroup, relative to the root of its hierarchy: `/docker/b07c…`
 */
export function identifyCgroup(path: string): CgroupIdentity | undefined {
  if (EXCLUDED.some((pattern) => pattern.test(path))) return undefined;
  const parts = path.split('/');
  const isInPod = findPodUid([parts.at(-2) ?? '']) !== undefined;
  for (const layout of isInPod ? LAYOUTS_IN_POD : LAYOUTS) {
    const match = matchLayout(path, layout);
    if (match !== undefined) return { ...match, podUid: findPodUid(parts) };
  }
  return undefined;
}

const LAYOUTS_IN_POD = [...LAYOUTS, ...POD_LAYOUTS];

function matchLayout(path: string, layout: CgroupLayout): Omit<CgroupIdentity, 'podUid'> | undefined {
  const { id, name, root } = layout.pattern.exec(path)?.groups ?? {};
  if (id === undefined || (root !== undefined && !isRoot(root))) return undefined;
  const { runtime, uniqueIn, isUnitName = false } = layout;
  // A program in a container may create the path of the container again below the cgroup of the container. The id in the
  // longer path is then not unique.
  const isUnique =
    uniqueIn === undefined ? !path.slice(0, path.lastIndexOf(id)).includes(`${id}/`) : uniqueIn.test(path);
  const decode = isUnitName ? unescapeUnit : (text: string) => text;
  return { runtime, id: decode(id), uniqueId: isUnique ? decode(id) : path, name: name && decode(name) };
}

/**
 * Matches the child cgroups to which a runtime, or a service manager in the container, moves all processes of the container.
 */
const INNER = /\/(?:container|init|ns|payload)$/;

/** Returns whether a cgroup is the root of the hierarchy, or the root of the hierarchy that a container sees. */
function isRoot(path: string): boolean {
  return path === '' || identifyCgroup(path) !== undefined || identifyCgroup(path.replace(INNER, '')) !== undefined;
}

/** Resolves the escapes in a unit name, such as `\x2d` for a hyphen: systemd.unit(5). */
function unescapeUnit(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/**
 * Matches the cgroup names of pods: `pod119c160d-6465-…` and `kubepods-burstable-pod119c160d_6465_….slice`. UIDs of static
 * pods have no hyphens.
 */
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::|$)/;

function findPodUid(parts: readonly string[]): string | undefined {
  for (const part of parts.toReversed()) {
    const uid = POD.exec(part)?.[1];
    if (uid !== undefined) return uid.replaceAll('_', '-');
  }
  return undefined;
}
