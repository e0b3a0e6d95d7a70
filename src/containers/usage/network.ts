import type { KernelTree } from '../../host/host.ts';
import { type InterfaceTraffic, parseNetDev, toInterfaceTraffic } from '../../parse/net-dev.ts';
import type { Container } from '../discovery/container.ts';
import type { InitProcess } from '../discovery/init-process.ts';

/** A container that may be the owner of its network namespace. */
interface NetworkCandidate {
  readonly container: Container;
  readonly initProcess: InitProcess;
  readonly startTime: number;
}

/**
 * Returns the containers that own their network namespace, and whose traffic is reported. If several containers share a
 * namespace, the container that started first is the owner: in a pod, the sandbox. The host's namespace has no owner.
 *
 * @param hostNamespace identifier of the host's namespace; `undefined` if it is not visible
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

/** Number of processes to try per container. The first processes of the list may have ended since the list was read. */
const MAX_ATTEMPTS = 4;

/**
 * Returns the traffic of a container's interfaces, from `net/dev` of one of its processes: all of its processes share one
 * network namespace. Returns `undefined` if no process is visible.
 */
export function readNetwork(proc: KernelTree, pids: readonly number[]): readonly InterfaceTraffic[] | undefined {
  for (const pid of pids.slice(0, MAX_ATTEMPTS)) {
    const interfaces = proc.readIfPresent(`${pid}/net/dev`, parseNetDev)?.map(toInterfaceTraffic);
    if (interfaces !== undefined) return interfaces;
  }
  return undefined;
}
