import { type KernelTree, optional } from '../../host/host.ts';
import { parseProcessTimes } from '../../parse/process-times.ts';
import { parseStat, USER_HZ } from '../../parse/stat.ts';
import type { Container } from './container.ts';
import type { ContainerCache } from './container-cache.ts';
import type { NetworkNamespaces } from './network-namespaces.ts';

/** The oldest process of a container, which started together with it. */
export interface InitProcess {
  /** `undefined` if no process of the container is visible. */
  readonly pid: number | undefined;
  readonly networkNamespace: string | undefined;
  /** Earliest start of an init process of the container: it may outlive its first one. Unix time in seconds. */
  readonly startedAt: number | undefined;
}

/** Version 1 sorts the list of processes by PID and version 2 nearly does, so the oldest process is among the first. */
const MAX_CANDIDATES = 64;

/** Finds the init processes of containers in one pass. An init process that is still running is not searched again. */
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

  /** @param pids the visible processes of the container */
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
      const startTicks = optional(() => this.#proc.read(`${pid}/stat`, parseProcessTimes))?.startTicks;
      if (startTicks === undefined) continue;
      if (oldest === undefined || startTicks < oldest.startTicks) oldest = { pid, startTicks };
    }
    return oldest;
  }

  #startTime({ startTicks }: Candidate): number | undefined {
    this.#bootTime ??= optional(() => this.#proc.read('stat', parseStat))?.bootTime;
    return this.#bootTime === undefined ? undefined : this.#bootTime + startTicks / USER_HZ;
  }
}

interface Candidate {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

function pickEarlier(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.min(first, second);
}
