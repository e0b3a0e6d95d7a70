import { AbsentError, type Host, ifPresent } from '../host.ts';
import { type InterfaceTraffic, parseInterfaces } from '../parse/interfaces.ts';
import type { Container } from './container.ts';
import { Leaders } from './leader.ts';
import { readProcesses } from './processes.ts';
import { readUsage, type Usage } from './usage.ts';

/** All that one pass reads of one container. */
export interface Reading extends Usage {
  readonly container: Container;
  readonly pids: readonly number[];
  readonly processes: number | undefined;
  /** In seconds since 1970. */
  readonly started: number;
  /** `undefined`: it is the host's, or another container's that shares it, or cannot be seen. */
  readonly network: readonly InterfaceTraffic[] | undefined;
}

export interface Readings {
  readonly readings: readonly Reading[];
  /** Why containers are missing. */
  readonly errors: readonly unknown[];
}

/** Reads every container; one that fails is left out, with the reason, and one that ends meanwhile without. */
export function readContainers(host: Host, containers: readonly Container[]): Readings {
  const leaders = new Leaders(host.proc);
  const errors: unknown[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AbsentError)) errors.push(error);
      return undefined;
    }
  };
  const members = containers.flatMap((container) => attempt(() => [readMembers(host, container, leaders)]) ?? []);
  const owners = ownersOf(members);
  const readings = members.flatMap((member) => {
    const hasNetwork = isOwner(member, owners, leaders.host);
    return attempt(() => [readContainer(host, member, hasNetwork)]) ?? [];
  });
  return { readings, errors };
}

interface Member {
  readonly container: Container;
  readonly pids: readonly number[];
  readonly processes: number | undefined;
}

function readMembers({ sys }: Host, container: Container, leaders: Leaders): Member {
  const { pids, count } = readProcesses(sys, container);
  leaders.find(container, pids);
  return { container, pids, processes: count };
}

/** Of each network that containers share the one that was there first: in a pod the one that holds the network open. */
function ownersOf(members: readonly Member[]): ReadonlyMap<string, Container> {
  const owners = new Map<string, Container>();
  for (const { container } of members) {
    const network = container.leader?.network;
    if (network === undefined) continue;
    const owner = owners.get(network);
    if (owner === undefined || startOf(container) < startOf(owner)) owners.set(network, container);
  }
  return owners;
}

function startOf({ leader, made }: Container): number {
  return leader?.started ?? made;
}

function isOwner({ container }: Member, owners: ReadonlyMap<string, Container>, host: string | undefined): boolean {
  const network = container.leader?.network;
  return network === undefined || (network !== host && owners.get(network) === container);
}

function readContainer(host: Host, { container, pids, processes }: Member, hasNetwork: boolean): Reading {
  const usage = readUsage(host.sys, container);
  // Version 1 leaves out processes of other PID namespaces: none of some is not zero.
  const isHidden = processes === 0 && (usage.threads ?? 0) > 0;
  return {
    ...usage,
    container,
    pids,
    processes: isHidden ? undefined : processes,
    started: startOf(container),
    network: hasNetwork ? readNetwork(host, pids) : undefined,
  };
}

/** How many processes may end between the list and the reading. */
const MOST_ASKED = 4;

/** Every process of a container says the same of its network. */
function readNetwork({ proc }: Host, pids: readonly number[]): readonly InterfaceTraffic[] | undefined {
  for (const pid of pids.slice(0, MOST_ASKED)) {
    const interfaces = ifPresent(() => proc.read(`${pid}/net/dev`, parseInterfaces));
    if (interfaces !== undefined) return interfaces;
  }
  return undefined;
}
