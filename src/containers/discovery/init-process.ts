import type { KernelTree } from '../../host/host.ts';
import { parseProcessStat } from '../../parse/process-stat.ts';
import { USER_HZ } from '../../parse/stat.ts';
import { type Candidate, chooseInitProcess } from './choose-init-process.ts';
import type { Container } from './container.ts';
import type { ContainerCache } from './container-cache.ts';
import type { Namespaces } from './namespaces.ts';

/** The process that the runtime started first in a container. */
export interface InitProcess {
  /** PID of the process; `undefined` if no process of the container is visible. */
  readonly pid: number | undefined;
  readonly networkNamespace: string | undefined;
  /**
   * Seconds between the boot of the host and the start of the container; `undefined` if unknown. If the init process ends
   * before the container, another process becomes the init process, and this time stays the same.
   */
  readonly startedAfterBoot: number | undefined;
}

/** The init process that an earlier pass found. */
export interface CachedInitProcess extends InitProcess {
  /** PID of the process whose start is the start of the container. */
  readonly startPid: number | undefined;
  /** True after a second search, which may have replaced the process that the first search found. */
  readonly isConfirmed: boolean;
}

/** The clock of the host in one pass. */
export interface PassClock {
  /** Unix time in seconds at which the host was booted, according to the current clock; `undefined` if unknown. */
  readonly bootTime: number | undefined;
  /** Unix time of the pass in seconds. */
  readonly now: number;
}

interface FinderOptions {
  readonly proc: KernelTree;
  readonly namespaces: Namespaces;
  /** Init processes that previous passes found. */
  readonly cache: ContainerCache<CachedInitProcess>;
  readonly clock: PassClock;
}

/**
 * Maximum number of processes to check per container. The init process is usually among the first processes in the list.
 * Cgroup v1 sorts the list by PID. After the kernel has used all PIDs, new processes have low PIDs and may come first.
 */
const MAX_CANDIDATES = 512;

/**
 * Finds the init processes of containers in one pass. The first two passes search for the init process of a container,
 * because the runtime may still be starting the container in the first pass. Later passes search again only if the process
 * has ended.
 */
export class InitProcessFinder {
  readonly #options: FinderOptions;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  /** @param pids PIDs of the container's visible processes, without the processes of nested containers */
  find(container: Container, pids: readonly number[]): InitProcess {
    const { cache, namespaces } = this.#options;
    const cached = cache.get(container);
    const isRunning = cached?.pid !== undefined && pids.includes(cached.pid);
    if (isRunning && cached.isConfirmed) return cached;
    const candidates = this.#readCandidates(pids);
    const chosen = chooseInitProcess(candidates, this.#options);
    // If the main thread of the chosen process has ended, the kernel reports the start time of the process but no
    // namespaces. Another process then provides the namespaces.
    const hasNamespaces = ({ pid }: Candidate): boolean => namespaces.networkOf(pid) !== undefined;
    const alive =
      chosen && !hasNamespaces(chosen)
        ? (chooseInitProcess(candidates.filter(hasNamespaces), this.#options) ?? chosen)
        : chosen;
    const hasStartEnded = cached?.startPid === undefined || !pids.includes(cached.startPid);
    const areHidden = candidates.length < Math.min(pids.length, MAX_CANDIDATES);
    const initProcess: CachedInitProcess = {
      pid: alive?.pid,
      networkNamespace: alive && namespaces.networkOf(alive.pid),
      startPid: chosen?.pid,
      startedAfterBoot: this.#startOf(container, { chosen, areHidden, earlier: hasStartEnded ? cached : undefined }),
      isConfirmed: isRunning,
    };
    cache.set(container, initProcess);
    return initProcess;
  }

  #readCandidates(pids: readonly number[]): readonly Candidate[] {
    const { proc } = this.#options;
    const candidates: Candidate[] = [];
    for (const pid of pids.slice(0, MAX_CANDIDATES)) {
      const stat = proc.readIfPresent(`${pid}/stat`, parseProcessStat);
      // A process with a malformed file remains a candidate, because it may be the init process.
      if (stat !== undefined || proc.exists(`${pid}/stat`)) candidates.push({ pid, startTicks: stat?.startTicks });
    }
    return candidates;
  }

  #startOf(container: Container, { chosen, areHidden, earlier }: StartEvidence): number | undefined {
    const ofProcess = chosen?.startTicks === undefined ? undefined : chosen.startTicks / USER_HZ;
    const known = pickEarlier(earlier?.startedAfterBoot, ofProcess);
    // The start is exact only if no process is hidden. A hidden process may be older than the visible processes.
    const isExact = ofProcess !== undefined && !areHidden;
    return isExact || earlier?.startedAfterBoot !== undefined ? known : pickEarlier(known, this.#creationOf(container));
  }

  /**
   * Returns the time between the boot and the creation of the container's cgroup in seconds. Returns `undefined` for a time
   * before the boot or in the future: the clock was set after the cgroup was created, by an unknown amount.
   */
  #creationOf({ createdAt }: Container): number | undefined {
    const { bootTime, now } = this.#options.clock;
    return bootTime === undefined || createdAt < bootTime || createdAt > now ? undefined : createdAt - bootTime;
  }
}

/** Facts about the start of a container. */
interface StartEvidence {
  readonly chosen: Candidate | undefined;
  /** True if the container has processes that are not visible. */
  readonly areHidden: boolean;
  /**
   * Result of an earlier pass. It is `undefined` unless the process that determined the start of the container has ended.
   */
  readonly earlier: InitProcess | undefined;
}

function pickEarlier(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.min(first, second);
}
