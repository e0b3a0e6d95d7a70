import { AbsentError, type Host, optional } from '../../host/host.ts';
import { type InterfaceTraffic, parseInterfaces } from '../../parse/interfaces.ts';
import type { Container } from '../discovery/container.ts';
import { InitProcesses } from '../discovery/init-process.ts';
import { type Processes, readProcesses } from './processes.ts';
import { readUsage } from './read-usage.ts';
import type { Usage } from './usage.ts';

/** Which processes a container has, and what they have sent and received. */
export interface ContainerProcesses {
  readonly container: Container;
  /** Those that this process can see. */
  readonly pids: readonly number[];
  /** How many there are, seen or not. */
  readonly processes: number | undefined;
  /** `undefined`: it is the host's, or another container's that shares it, or cannot be seen. */
  readonly network: readonly InterfaceTraffic[] | undefined;
}

/** All that one pass reads of one container. */
export interface ContainerReading extends ContainerProcesses, Usage {
  /** In seconds since 1970. */
  readonly started: number;
}

/**
 * Visits what is read of each container before the next one is read: that of 1,000 would be megabytes. A container that fails
 * is left out, and one that ends meanwhile too.
 *
 * @returns why containers failed
 */
export function readContainers(
  host: Host,
  containers: readonly Container[],
  visit: (reading: ContainerReading) => void,
): readonly unknown[] {
  return readMembers(host, containers, (member) => visit(readContainer(host, member)));
}

/** As {@link readContainers}. */
export function readMembers(
  host: Host,
  containers: readonly Container[],
  visit: (member: ContainerProcesses) => void,
): readonly unknown[] {
  if (containers.length === 0) return [];
  const leaders = new InitProcesses(host.proc);
  const listed = new Map<Container, Processes>();
  const unlisted = attemptEach(containers, (container) => {
    const processes = readProcesses(host.sys, container);
    leaders.find(container, processes.pids);
    listed.set(container, processes);
  });
  // Whose a network is can be told when all leaders are known.
  const owners = ownersOf(listed.keys());
  const hostNetwork = leaders.hostNetwork();
  const unread = attemptEach(listed, ([container, { pids, count }]) => {
    const hasNetwork = isOwner(container, owners, hostNetwork);
    visit({ container, pids, processes: count, network: hasNetwork ? readNetwork(host, pids) : undefined });
  });
  return [...unlisted, ...unread];
}

/** @returns why some failed */
function attemptEach<T>(items: Iterable<T>, attempt: (item: T) => void): readonly unknown[] {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      attempt(item);
    } catch (error) {
      if (!(error instanceof AbsentError)) errors.push(error);
    }
  }
  return errors;
}

/** Of each network that containers share the one that was there first: in a pod the one that holds the network open. */
function ownersOf(containers: Iterable<Container>): ReadonlyMap<string, Container> {
  const owners = new Map<string, Container>();
  for (const container of containers) {
    const network = container.initProcess?.network;
    if (network === undefined) continue;
    const owner = owners.get(network);
    if (owner === undefined || startOf(container) < startOf(owner)) owners.set(network, container);
  }
  return owners;
}

function startOf({ started, made }: Container): number {
  return started ?? made;
}

function isOwner(container: Container, owners: ReadonlyMap<string, Container>, host: string | undefined): boolean {
  const network = container.initProcess?.network;
  return network === undefined || (network !== host && owners.get(network) === container);
}

/** @throws {AbsentError} when it has ended since its cgroup was found */
function readContainer({ sys }: Host, member: ContainerProcesses): ContainerReading {
  const usage = readUsage(sys, member.container);
  const { main } = member.container.directories;
  if (member.processes === undefined && !sys.exists(main)) throw new AbsentError(`Cannot find ${sys.path(main)}`);
  // Version 1 leaves out processes of other PID namespaces: none of some is not zero.
  const isHidden = member.processes === 0 && (usage.threadCount ?? 0) > 0;
  return {
    ...member,
    ...usage,
    processes: isHidden ? undefined : member.processes,
    started: startOf(member.container),
  };
}

/** How many processes may end between the list and the reading. */
const MOST_ASKED = 4;

/** Every process of a container says the same of its network. */
function readNetwork({ proc }: Host, pids: readonly number[]): readonly InterfaceTraffic[] | undefined {
  for (const pid of pids.slice(0, MOST_ASKED)) {
    const interfaces = optional(() => proc.readShort(`${pid}/net/dev`, parseInterfaces));
    if (interfaces !== undefined) return interfaces;
  }
  return undefined;
}
