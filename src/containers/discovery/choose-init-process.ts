import type { KernelTree } from '../../host/host.ts';
import { hasNetworkDevice } from '../../parse/net-dev.ts';
import { parseNamespacePids } from '../../parse/process-status.ts';
import type { Namespaces } from './namespaces.ts';

/** A visible process of a container. */
export interface Candidate {
  readonly pid: number;
  /** Start time in clock ticks after boot; `undefined` if the number is malformed. */
  readonly startTicks: number | undefined;
}

interface ProcessSources {
  readonly proc: KernelTree;
  readonly namespaces: Namespaces;
}

/**
 * Numbers by which the processes of a container are compared. The process with the lowest distance is the init process. If
 * several processes have this distance, the depth decides, and then the order.
 */
interface Evidence {
  readonly candidate: Candidate;
  /**
   * - 0: The process has a PID or network namespace other than the host's, so it runs in the container. A process whose
   *   network namespace is unknown has this number too.
   * - 1: Only the mount namespace of the process differs from the host's. Containers that share the other namespaces of the
   *   host have such processes, and so have some services of the host.
   * - 2: The process is in the namespaces of the host. It may be a monitor of the container, or a process that was moved
   *   into the cgroup.
   */
  readonly distanceFromContainer: number;
  /** Number of nested PID namespaces that contain the process: 1 on the host; `Infinity` if unknown. */
  readonly depth: number;
  /** 0 if the process has PID 1 in its PID namespace; 1 for all other processes of the namespace. */
  readonly order: number;
}

/**
 * Chooses the init process among the processes of a container. The oldest process is not always the init process: the cgroup
 * may contain monitors of the runtime, and older processes that were moved into the cgroup.
 */
export function chooseInitProcess(candidates: readonly Candidate[], sources: ProcessSources): Candidate | undefined {
  const [oldest, ...others] = candidates.toSorted((a, b) => startOf(a) - startOf(b));
  if (oldest === undefined || others.length === 0) return oldest;
  // In most containers, the oldest process is the init process, and the files of the other processes are not read.
  const first = readPosition(oldest, sources);
  if (first.depth === CONTAINER_DEPTH && isInit(first) && hasNetwork(oldest, sources)) return oldest;
  const evidence = [oldest, ...others].map((candidate) => readEvidence(candidate, sources));
  const best = evidence.reduce((chosen, other) => (compareEvidence(other, chosen) < 0 ? other : chosen));
  if (!isInit(best)) return (findInitOf(best, evidence, sources) ?? best).candidate;
  // Of several equal processes, a process with a network device is the init process. For example, gVisor starts a file
  // server before the container. The server has PID 1 in its PID namespace, but no network device.
  const equals = evidence.filter((other) => compareEvidence(other, best) === 0);
  const withNetwork = equals.length > 1 ? equals.find(({ candidate }) => hasNetwork(candidate, sources)) : undefined;
  return (withNetwork ?? best).candidate;
}

/**
 * Returns the process that has PID 1 in the PID namespace of a container and is in the network namespace of `starter`;
 * `undefined` if no such process exists. A runtime may create the network namespace in one process, which then starts the
 * container in a new PID namespace.
 */
function findInitOf(
  starter: Evidence,
  evidence: readonly Evidence[],
  { namespaces }: ProcessSources,
): Evidence | undefined {
  const network = namespaces.networkOf(starter.candidate.pid);
  return evidence.find(
    (other) =>
      isInit(other) && other.depth === CONTAINER_DEPTH && namespaces.networkOf(other.candidate.pid) === network,
  );
}

/** Depth of a container that does not run inside another container. */
const CONTAINER_DEPTH = 2;

function startOf({ startTicks }: Candidate): number {
  return startTicks ?? Number.MAX_SAFE_INTEGER;
}

type Position = Pick<Evidence, 'depth' | 'order'>;

/** Returns whether the process is the first one of a PID namespace other than the host's. */
function isInit({ depth, order }: Position): boolean {
  return depth > 1 && order === 0;
}

function compareEvidence(a: Evidence, b: Evidence): number {
  const keys = ['distanceFromContainer', 'depth', 'order'] as const;
  const key = keys.find((name) => a[name] !== b[name]);
  return key === undefined ? 0 : a[key] - b[key];
}

function readEvidence(candidate: Candidate, sources: ProcessSources): Evidence {
  const position = readPosition(candidate, sources);
  const distanceFromContainer = readDistance(candidate.pid, position, sources.namespaces);
  return { candidate, distanceFromContainer, ...position };
}

/**
 * Reads the depth and the order of a process. Since Linux 4.1, the file contains the PID of the process in each nested PID
 * namespace.
 */
function readPosition({ pid }: Candidate, { proc }: ProcessSources): Position {
  const pids = proc.readIfPresent(`${pid}/status`, parseNamespacePids) ?? [];
  return { depth: pids.length === 0 ? Number.POSITIVE_INFINITY : pids.length, order: pids.at(-1) === 1 ? 0 : 1 };
}

function readDistance(pid: number, { depth }: Position, namespaces: Namespaces): number {
  if (depth > 1 && depth !== Number.POSITIVE_INFINITY) return 0;
  const network = namespaces.networkOf(pid);
  if (network === undefined || !namespaces.isHostNetwork(network)) return 0;
  return namespaces.isInHostMounts(pid) === false ? 1 : 2;
}

/** Returns whether the process sees a network device other than the loopback device. */
function hasNetwork({ pid }: Candidate, { proc }: ProcessSources): boolean {
  return proc.readIfPresent(`${pid}/net/dev`, hasNetworkDevice) === true;
}
