/**
 * The cgroup layouts of container runtimes. A layout depends on the runtime, on its cgroup driver and on the cgroup version:
 * Docker uses `docker-<id>.scope` with the systemd driver and `docker/<id>` with the cgroupfs driver.
 */

export type Runtime =
  | 'apptainer'
  | 'buildkit'
  | 'containerd'
  | 'cri-o'
  | 'crun'
  | 'docker'
  | 'garden'
  | 'lxc'
  | 'mesos'
  | 'podman'
  | 'runc'
  | 'singularity'
  | 'systemd-nspawn'
  | 'youki';

/** A form of the cgroup paths of containers. */
export interface CgroupLayout {
  /** Runtime of the containers; `undefined` if several runtimes use the layout. */
  readonly runtime: Runtime | undefined;
  /**
   * Matches the paths of containers, relative to the root of the hierarchy. Named groups:
   *
   * - `id`: id that the runtime has assigned to the container
   * - `name`: name of the container, if the path contains a name
   * - `root`: path of the parent cgroup, which must be the root cgroup or the cgroup of an outer container
   */
  readonly pattern: RegExp;
  /**
   * Matches the paths in which the id is unique among all containers of the runtime. `undefined` if the runtime generates
   * the ids, which are then unique.
   */
  readonly uniqueIn?: RegExp;
  /** True if the id is part of a unit name, in which systemd escapes characters. */
  readonly isUnitName?: boolean;
}

/** Matches an id that a runtime generates. */
const GENERATED = '(?<id>[0-9a-f]{64})';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/**
 * Matches an id that is a whole directory name. Does not match the names of systemd units and of the cgroups `lxc.monitor`
 * and `lxc.pivot`.
 */
const CHILD = '(?<id>(?!lxc\\.(?:monitor|pivot)|init\\.scope$)[^/]+)(?<!\\.(?:service|slice|mount|swap|socket))';
const NAME = '(?<name>(?<id>[^/]+?))';
/** Matches a hyphen in a unit name, either plain or escaped by systemd. */
const HYPHEN = '(?:-|\\\\x2d)';
/** Matches the start of the names under which libvirt registers virtual machines: `qemu-1-web`. */
const HYPERVISORS = `(?:qemu|ch|xen|bhyve|vz)${HYPHEN}`;

function layout(runtime: Runtime | undefined, pattern: string): CgroupLayout {
  return { runtime, pattern: new RegExp(`${pattern}$`, 's') };
}

/**
 * Returns the layout of the directories `<prefix>-<id>.scope`, `<prefix>-<id>` and `<slice>:<prefix>:<id>`. A runtime
 * creates a directory of the last form if it uses the cgroupfs driver, but its configuration contains a path in the format
 * of systemd.
 */
function prefixed(runtime: Runtime | undefined, prefix: string): CgroupLayout {
  return layout(runtime, `/(?:[^/]+:)?${prefix}[-:]${GENERATED}(?:\\.scope)?`);
}

/** Returns the layout of containers whose id is a name that the user chooses. */
function named(runtime: Runtime, pattern: string, uniqueIn: RegExp): CgroupLayout {
  return { ...layout(runtime, pattern), uniqueIn };
}

function machineUnit(runtime: Runtime, pattern: string, uniqueIn: RegExp): CgroupLayout {
  return { ...named(runtime, pattern, uniqueIn), isUnitName: true };
}

/** Matches no path. */
const NOWHERE = /^\b$/;

/** The layouts of containers. The first layout that matches a path applies. */
export const LAYOUTS: readonly CgroupLayout[] = [
  prefixed('docker', 'docker'),
  layout('docker', `/docker/${GENERATED}`),
  // Amazon ECS: `ecs/<task>/<id>` or `ecs/<cluster>/<task>/<id>`. With the systemd driver, the name of the directory starts
  // with `docker-`, which the first layout matches.
  layout('docker', `/ecs/(?:[^/]+/)?(?:[0-9a-f]{32}|${UUID})/${GENERATED}`),
  // AWS Fargate.
  layout('containerd', '/ecs/[0-9a-f]{32}/(?<id>[0-9a-f]{32}-\\d+)'),
  // Build steps of BuildKit, which runs inside Docker or alone.
  layout('buildkit', '/buildkit/(?<id>[0-9a-z]{25})'),
  layout('buildkit', '/(?:[^/]+:)?(?:docker|buildkit)[-:](?<id>[0-9a-z]{25})(?:\\.scope)?'),

  // Kata Containers: the cgroup of the virtual machine that runs a pod.
  layout(undefined, `/(?:[^/]+:)?kata_${GENERATED}(?:\\.scope)?`),

  prefixed('containerd', 'cri-containerd'),
  prefixed('containerd', 'nerdctl'),
  layout('containerd', `/(?:default|k8s\\.io)/${GENERATED}`),
  // Namespaces of containerd: the clients ctr and nerdctl use `default`, Kubernetes uses `k8s.io`.
  named('containerd', `^(?<root>.*)/(?:default|k8s\\.io)/(?<name>${CHILD})`, /^\/default\//),

  prefixed('cri-o', 'crio'),

  prefixed('podman', 'libpod'),
  // Podman with `--cgroups=split`, which Quadlet sets: the container is below the cgroup of its service.
  prefixed('podman', 'libpod-payload'),

  // LXC 4, LXD and Incus.
  named('lxc', `/lxc\\.payload\\.${NAME}`, /^\/[^/]+$/),
  named('lxc', `/(?:lxc|lxc\\.payload)/(?<name>${CHILD})`, NOWHERE),
  // libvirt, with and without systemd. The first versions of libvirt use the path `libvirt/lxc/<name>`, which the layout
  // above matches.
  machineUnit(
    'lxc',
    `/machine-(?<id>lxc${HYPHEN}(?:\\d+${HYPHEN})?(?<name>[^/]+))\\.scope`,
    /^\/machine\.slice\/[^/]+$/,
  ),
  named('lxc', `/${NAME}\\.libvirt-lxc`, NOWHERE),

  machineUnit('systemd-nspawn', `/systemd-nspawn@${NAME}\\.service`, /^\/machine\.slice\/[^/]+$/),
  // Containers that a program registers with systemd-machined.
  machineUnit('systemd-nspawn', `/machine-(?!${HYPERVISORS})${NAME}\\.scope`, NOWHERE),
  // systemd-nspawn with `--keep-unit` uses the unit in which it runs.
  machineUnit('systemd-nspawn', `/(?!machine-|systemd-nspawn@)${NAME}\\.(?:service|scope)/payload`, NOWHERE),

  named('garden', `^(?<root>.*)/garden/(?:(?:good|bad)/)?(?<name>(?!(?:good|bad|init)$)${CHILD})`, /^\/garden\/[^/]+$/),
  layout('mesos', `/mesos/(?<id>${UUID})`),
  layout('apptainer', '/(?:[^/]+:)?apptainer[-:/](?<id>\\d+)(?:\\.scope)?'),
  layout('singularity', '/(?:[^/]+:)?singularity[-:/](?<id>\\d+)(?:\\.scope)?'),
  // OCI runtimes that a user starts directly, with the systemd driver.
  named('runc', `/runc-${NAME}\\.scope`, /^\/system\.slice\//),
  named('crun', `/crun-${NAME}\\.scope`, /^\/system\.slice\//),
  named('youki', `/youki-${NAME}\\.scope`, /^\/system\.slice\//),

  layout(undefined, `/${GENERATED}`),
  layout(undefined, `/[^/]+[-_:]${GENERATED}\\.scope`),
];

/**
 * Additional layouts for the children of a pod's cgroup. They match almost every name, because nearly every such child
 * belongs to a container.
 */
export const POD_LAYOUTS: readonly CgroupLayout[] = [
  layout(undefined, `/[^/]+[-_:]${GENERATED}`),
  { ...layout(undefined, `/(?<name>${CHILD})`), uniqueIn: NOWHERE },
];

/** Match the paths of cgroups that are not containers, although their paths resemble those of containers. */
export const EXCLUDED: readonly RegExp[] = [
  // Monitor processes of CRI-O and Podman.
  /\/(?:[^/]+:)?(?:crio-|libpod-)?conmon[^/]*$/s,
  // Kata Containers: processes of the virtual machine whose usage does not count as usage of the pod.
  /\/(?:[^/]+:)?kata_overhead(?:$|[-_:/])/s,
  // Podman with the cgroupfs driver: the cgroup of a pod, which contains the cgroups of its containers.
  /\/libpod_parent\/[0-9a-f]{64}$/s,
];
