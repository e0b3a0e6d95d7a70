import { AbsentError, type Host } from '../../host/host.ts';
import type { InterfaceTraffic } from '../../parse/net-dev.ts';
import { parseBootTime } from '../../parse/stat.ts';
import type { Container, DiscoveredContainer } from '../discovery/container.ts';
import type { ContainerCache } from '../discovery/container-cache.ts';
import { ContainerTable } from '../discovery/container-table.ts';
import { type CachedInitProcess, type InitProcess, InitProcessFinder } from '../discovery/init-process.ts';
import { Namespaces } from '../discovery/namespaces.ts';
import { omitVirtualMachines } from '../discovery/virtual-machines.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';
import type { MetadataSource } from '../metadata/metadata-source.ts';
import { MetadataResolver } from '../metadata/resolver.ts';
import { findNetworkOwners, readNetwork } from './network.ts';
import { type ProcessList, readProcessList } from './processes.ts';
import { readUsage } from './read-usage.ts';
import type { Usage } from './usage.ts';

/** A container with its metadata, its processes and its network traffic. */
export interface ContainerProcesses extends DiscoveredContainer {
  /** Metadata of the container. Each pass has the same object until the metadata changes. */
  readonly metadata: ContainerMetadata;
  /** PIDs of the container's processes that are visible in the PID namespace of this process. */
  readonly pids: readonly number[];
  /** Number of processes of the container, whether visible or not; `undefined` if the number is unknown. */
  readonly processCount: number | undefined;
  /**
   * Start of the container, as Unix time in seconds; `undefined` if unknown. When the clock of the host is set, this time
   * moves with the clock.
   */
  readonly startTime: number | undefined;
  /** Traffic of each interface; `undefined` if the container does not own its network namespace or no process is visible. */
  readonly network: readonly InterfaceTraffic[] | undefined;
}

/** Everything that one pass reads about a container. */
export interface ContainerReading extends ContainerProcesses, Usage {}

/** The containers of the host in one pass. */
export interface ContainerList {
  readonly containers: readonly DiscoveredContainer[];
  /** Errors from the sources of metadata. */
  readonly errors: readonly unknown[];
}

/** Reads containers: combines discovery, metadata and usage, and holds their caches between passes. */
export class ContainerReader {
  readonly #table = new ContainerTable();
  readonly #resolver: MetadataResolver;
  readonly #isVirtualMachine = this.#table.createCache<boolean>();
  readonly #initProcesses = this.#table.createCache<CachedInitProcess>();

  /** @param sources sources of metadata in order of precedence */
  constructor(sources: readonly MetadataSource[]) {
    this.#resolver = new MetadataResolver(sources, this.#table);
  }

  /** Returns a new cache of values by container. */
  createCache<V>(): ContainerCache<V> {
    return this.#table.createCache();
  }

  /** For each source of metadata that the host has, whether the last request to the source succeeded. */
  get metadataAvailability(): MetadataResolver['availability'] {
    return this.#resolver.availability;
  }

  /**
   * Finds the containers of the host and resolves their metadata.
   *
   * @throws {AbsentError} if the host has no cgroups
   */
  async find(host: Host): Promise<ContainerList> {
    const containers = await omitVirtualMachines(host, this.#table.list(host), this.#isVirtualMachine);
    return { containers, errors: await this.#resolver.resolve(host, containers) };
  }

  /**
   * Reads the processes and the network traffic of each container, and calls `visit` with each container. A container that
   * cannot be read or that ends during the pass is left out.
   *
   * @returns one error for each container that cannot be read
   */
  readProcesses(
    host: Host,
    containers: readonly DiscoveredContainer[],
    visit: (processes: ContainerProcesses) => void,
  ): readonly unknown[] {
    if (containers.length === 0) return [];
    const bootTime = host.proc.readIfPresent('stat', parseBootTime);
    const namespaces = new Namespaces(host);
    const finder = new InitProcessFinder({
      proc: host.proc,
      namespaces,
      cache: this.#initProcesses,
      clock: { bootTime, now: host.now() },
    });
    let paths: ReadonlySet<string> | undefined;
    const isContainer = (path: string): boolean => {
      paths ??= new Set(containers.map(({ container }) => container.path));
      return paths.has(path);
    };
    const listed: ListedContainer[] = [];
    const listErrors = attemptEach(containers, (discovered) => {
      const { container } = discovered;
      const processes = readProcessList(host.sys, discovered, isContainer);
      const initProcess = finder.find(container, processes.members);
      listed.push({ discovered, container, processes, initProcess });
    });
    // The owner of a shared network namespace depends on the init processes of all containers, which are known now.
    const owners = findNetworkOwners(listed, namespaces);
    const readErrors = attemptEach(listed, ({ discovered, container, processes, initProcess }) => {
      const { pids, members, count } = processes;
      const network = owners.has(container) ? readNetwork(host.proc, { initProcess, members }, namespaces) : undefined;
      const metadata = this.#resolver.metadataOf(container);
      const startTime = startTimeOf(initProcess, bootTime);
      const { cgroup, directories } = discovered;
      visit({ container, cgroup, directories, metadata, pids, processCount: count, startTime, network });
    });
    return [...listErrors, ...readErrors];
  }

  /**
   * Reads the resource usage of each container in addition to the values of {@link readProcesses}. Calls `visit` before it
   * reads the next container, because the readings of 1,000 containers would occupy megabytes of memory.
   */
  readUsage(
    host: Host,
    containers: readonly DiscoveredContainer[],
    visit: (reading: ContainerReading) => void,
  ): readonly unknown[] {
    return this.readProcesses(host, containers, (processes) => visit(addUsage(host, processes)));
  }
}

/** A container with its processes, before the owner of its network namespace is determined. */
interface ListedContainer {
  readonly discovered: DiscoveredContainer;
  readonly container: Container;
  readonly processes: ProcessList;
  readonly initProcess: InitProcess;
}

function startTimeOf({ startedAfterBoot }: InitProcess, bootTime: number | undefined): number | undefined {
  return startedAfterBoot === undefined || bootTime === undefined ? undefined : bootTime + startedAfterBoot;
}

/** @returns one error for each item whose attempt failed; an `AbsentError` does not count as a failure */
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

/**
 * Adds the usage of a container. The fields are listed one by one, here and in readProcesses(): *measured* with 1,000
 * containers, object spread allocates 370 KiB more per pass, which is 3 % of all allocations.
 *
 * @throws {AbsentError} if the cgroup of the container does not exist any more
 */
function addUsage({ sys }: Host, processes: ContainerProcesses): ContainerReading {
  const usage = readUsage(sys, processes);
  const { processCount, directories } = processes;
  if (processCount === undefined && !sys.exists(directories.main)) {
    throw new AbsentError(`Cannot find ${sys.path(directories.main)}`);
  }
  // With cgroup v1, the list does not contain processes of other PID namespaces. An empty list may therefore be incomplete.
  const areHidden = processCount === 0 && (usage.threadCount ?? 0) > 0;
  const { container, cgroup, metadata, pids, startTime, network } = processes;
  const { cpu, memory, io, threadCount, pressure } = usage;
  return {
    container,
    cgroup,
    directories,
    metadata,
    pids,
    processCount: areHidden ? undefined : processCount,
    startTime,
    network,
    cpu,
    memory,
    io,
    threadCount,
    pressure,
  };
}
