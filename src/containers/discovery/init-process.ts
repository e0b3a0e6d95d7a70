import type { KernelTree } from '../../host/host.ts';
import { parseProcessStat } from '../../parse/process-stat.ts';
import { parseBootTime, USER_HZ } from '../../parse/stat.ts';
import type { Container } from './container.ts';
import type { ContainerCache } from './container-cache.ts';
import type { NetworkNamespaces } from './network-namespaces.ts';

/** The oldest process of a container. */
export interface InitProcess {
  /** PID of the process; `undefined` if no process of the container is visible. */
  readonly pid: number | undefined;
  readonly networkNamespace: string | undefined;
  /**
   * Start of the container's first init process as Unix time in seconds. If that process ends before the container, another
   * process becomes the init process, and this time stays the same.
   */
  readonly startedAt: number | undefined;
}

/** Number of processes to check per container. The oldest process is usually among the first processes of the list. */
const MAX_CANDIDATES = 64;

/** Finds the init processes of containers in one pass. The search is omitted if the cached init process is still running. */
export class InitProcessFinder {
  readonly #proc: KernelTree;
  readonly #namespaces: NetworkNamespaces;
  readonly #cache: ContainerCache<InitProcess>;
  #bootTime: number | undefined;

  /** @param cache the init processes of previous passes */
  constructor(proc: KernelTree, namespaces: NetworkNamespaces, cache: ContainerCache<InitProcess>) {
    this.#proc = proc;
    this.#namespaces = namespaces;
    this.#cache = cache;
  }

  /** @param pids PIDs of the visible processes of the container */
  find(container: Container, pids: readonly number[]): InitProcess {
    const cached = this.#cache.get(container);
    if (cached?.pid !== undefined && pids.includes(cached.pid)) return cached;
    const oldest = this.#oldest(pids);
    const initProcess: InitProcess = {
      pid: oldest?.pid,
      networkNamespace: oldest && this.#namespaces.of(oldest.pid),
      startedAt: pickEarlier(cached?.startedAt, oldest && this.#startTime(oldest)),
    };
    this.#cache.set(container, initProcess);
    return initProcess;
  }

  #oldest(pids: readonly number[]): Candidate | undefined {
    let oldest: Candidate | undefined;
    for (const pid of pids.slice(0, MAX_CANDIDATES)) {
      const startTicks = this.#proc.readIfPresent(`${pid}/stat`, parseProcessStat)?.startTicks;
      if (startTicks === undefined) continue;
      if (oldest === undefined || startTicks < oldest.startTicks) oldest = { pid, startTicks };
    }
    return oldest;
  }

  #startTime({ startTicks }: Candidate): number | undefined {
    this.#bootTime ??= this.#proc.readIfPresent('stat', parseBootTime);
    return this.#bootTime === undefined ? undefined : this.#bootTime + startTicks / USER_HZ;
  }
}

interface Candidate {
  readonly pid: number;
  /** Start time in clock ticks after boot. */
  readonly startTicks: number;
}

function pickEarlier(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.min(first, second);
}
