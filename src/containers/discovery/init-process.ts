import { ignoreErrno, type KernelTree, optional, PERMISSION_ERRNOS } from '../../host/host.ts';
import { parseProcessStat } from '../../parse/process-stat.ts';
import { parseStat, USER_HZ } from '../../parse/stat.ts';
import type { Container } from './container.ts';

/** The oldest process of a container: it started when the container did. */
export interface InitProcess {
  readonly pid: number;
  /** In seconds since 1970. */
  readonly started: number | undefined;
  /** Which network it is in; equal for all that share one. */
  readonly network: string | undefined;
}

/** The oldest is among the first, which version 1 sorts and version 2 nearly does. */
const MOST_ASKED = 64;

/** Finds the leaders of containers, and again only when one has ended: neither its start nor its network changes. */
export class InitProcesses {
  readonly #proc: KernelTree;
  readonly #networks: Networks;
  #bootTime: number | undefined;

  /** @param proc of one pass */
  constructor(proc: KernelTree) {
    this.#proc = proc;
    this.#networks = new Networks(proc);
  }

  /** The network of the host itself, asked for anew. */
  hostNetwork(): string | undefined {
    return this.#networks.of(HOST_PID);
  }

  /** Sets the leader of a container, which is looked for again only when it has ended. */
  find(container: Container, pids: readonly number[]): void {
    const { initProcess } = container;
    if (initProcess !== undefined && pids.includes(initProcess.pid)) return;
    container.initProcess = this.#oldest(pids);
    const started = container.initProcess?.started;
    // A container whose first process has ended goes on counting from when that was started.
    if (started !== undefined) container.started = Math.min(started, container.started ?? started);
  }

  #oldest(pids: readonly number[]): InitProcess | undefined {
    let oldest: { readonly pid: number; readonly ticks: number } | undefined;
    for (const pid of pids.slice(0, MOST_ASKED)) {
      const ticks = optional(() => this.#proc.read(`${pid}/stat`, parseProcessStat))?.startTicks;
      if (ticks !== undefined && (oldest === undefined || ticks < oldest.ticks)) oldest = { pid, ticks };
    }
    if (oldest === undefined) return undefined;
    this.#bootTime ??= optional(() => this.#proc.read('stat', parseStat))?.bootTime;
    const started = this.#bootTime === undefined ? undefined : this.#bootTime + oldest.ticks / USER_HZ;
    return { pid: oldest.pid, started, network: this.#networks.of(oldest.pid) };
  }
}

const HOST_PID = 1;

/**
 * Tells network namespaces apart. Their links may be followed with the right to trace the process only; without it the
 * inode of `net/dev` says the same, because each namespace has a file of its own under that name.
 */
class Networks {
  readonly #proc: KernelTree;
  readonly #hasLinks: boolean;

  constructor(proc: KernelTree) {
    this.#proc = proc;
    this.#hasLinks = this.#link(HOST_PID) !== undefined;
  }

  of(pid: number): string | undefined {
    if (this.#hasLinks) return this.#link(pid);
    return this.#proc.look(`${pid}/net/dev`)?.inode.toString();
  }

  #link(pid: number): string | undefined {
    return ignoreErrno(PERMISSION_ERRNOS, () => this.#proc.link(`${pid}/ns/net`));
  }
}
