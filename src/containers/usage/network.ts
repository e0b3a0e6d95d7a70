import type { KernelTree } from '../../host/host.ts';
import { type InterfaceTraffic, parseNetDev, toInterfaceTraffic } from '../../parse/net-dev.ts';
import type { ReportProblem } from '../../parse/rows.ts';
import type { Container } from '../discovery/container.ts';
import type { InitProcess } from '../discovery/init-process.ts';
import type { Namespaces } from '../discovery/namespaces.ts';

/** A container that may be the owner of its network namespace. */
interface NetworkCandidate {
  readonly container: Container;
  readonly initProcess: InitProcess;
}

/**
 * Returns the containers that own the network namespace of their init process, and whose traffic is reported. If several
 * containers share a namespace, the container that started first is the owner: in a pod, the sandbox. The host's namespace
 * has no owner.
 */
export function findNetworkOwners(
  candidates: Iterable<NetworkCandidate>,
  namespaces: Namespaces,
): ReadonlySet<Container> {
  const oldest = new Map<string, NetworkCandidate>();
  for (const candidate of candidates) {
    const { networkNamespace } = candidate.initProcess;
    if (networkNamespace === undefined || namespaces.isHostNetwork(networkNamespace)) continue;
    const other = oldest.get(networkNamespace);
    if (other === undefined || startOf(candidate) < startOf(other)) oldest.set(networkNamespace, candidate);
  }
  return new Set([...oldest.values()].map(({ container }) => container));
}

function startOf({ initProcess }: NetworkCandidate): number {
  return initProcess.startedAfterBoot ?? Number.POSITIVE_INFINITY;
}

/** Maximum number of other processes to check if the init process has ended after its PID was read. */
const MAX_ATTEMPTS = 4;

interface NetworkMember {
  readonly initProcess: InitProcess;
  /** PIDs of the processes of the same container. */
  readonly members: readonly number[];
}

/**
 * Returns the traffic of the interfaces in the network namespace of a container's init process. If the process has ended,
 * reads the file of another process in the same namespace. Returns `undefined` if no such process is found.
 */
export function readNetwork(
  proc: KernelTree,
  { initProcess, members }: NetworkMember,
  namespaces: Namespaces,
): readonly InterfaceTraffic[] | undefined {
  const { pid, networkNamespace } = initProcess;
  if (pid === undefined) return undefined;
  const read = (of: number): readonly InterfaceTraffic[] | undefined =>
    proc.readIfPresent(`${of}/net/dev`, parseAllInterfaces)?.map(toInterfaceTraffic);
  const traffic = read(pid);
  if (traffic !== undefined || proc.exists(`${pid}/net/dev`)) return traffic;
  const other = members
    .filter((member) => member !== pid)
    .slice(0, MAX_ATTEMPTS)
    .find((member) => namespaces.networkOf(member) === networkNamespace);
  return other === undefined ? undefined : read(other);
}

function parseAllInterfaces(text: string, report: ReportProblem): ReturnType<typeof parseNetDev> {
  return parseNetDev(text, () => true, report);
}
