import { type KernelTree, optional } from '../../host/host.ts';
import { type InterfaceTraffic, parseInterfaces } from '../../parse/interfaces.ts';
import type { Container } from '../discovery/container.ts';
import type { InitProcess } from '../discovery/init-process.ts';

/** A container that may own the network namespace of its init process. */
interface NetworkCandidate {
  readonly container: Container;
  readonly initProcess: InitProcess;
  readonly startTime: number;
}

/**
 * Returns the containers whose network traffic is counted. Of several containers in one namespace, the first one to start
 * owns it: in a pod, that is the sandbox that holds the namespace open. No container owns the host's namespace.
 *
 * @param hostNamespace `undefined` if it is not visible
 */
export function findNetworkOwners(
  candidates: Iterable<NetworkCandidate>,
  hostNamespace: string | undefined,
): ReadonlySet<Container> {
  const owners = new Set<Container>();
  const oldest = new Map<string, NetworkCandidate>();
  for (const candidate of candidates) {
    const { networkNamespace } = candidate.initProcess;
    if (networkNamespace === undefined) owners.add(candidate.container);
    else if (networkNamespace !== hostNamespace) {
      const other = oldest.get(networkNamespace);
      if (other === undefined || candidate.startTime < other.startTime) oldest.set(networkNamespace, candidate);
    }
  }
  for (const { container } of oldest.values()) owners.add(container);
  return owners;
}

/** The first processes of a list may have ended since the list was read. */
const MAX_ATTEMPTS = 4;

/**
 * Returns the traffic of a container's interfaces from `net/dev` of one of its processes, which all share one network
 * namespace; `undefined` if no process is visible.
 */
export function readNetwork(proc: KernelTree, pids: readonly number[]): readonly InterfaceTraffic[] | undefined {
  for (const pid of pids.slice(0, MAX_ATTEMPTS)) {
    const interfaces = optional(() => proc.readShort(`${pid}/net/dev`, parseInterfaces));
    if (interfaces !== undefined) return interfaces;
  }
  return undefined;
}
