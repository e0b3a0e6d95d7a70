/**
 * All reading of the machine: the roots, bounded reads, and the difference between *absent* and *failed*.
 */
import { machine } from 'node:os';
import { type ClockState, loadAdjtimex } from './adjtimex.ts';
import { AsyncTree } from './async-tree.ts';
import { CallPool } from './call-pool.ts';
import { chooseProcReader, chooseSysReader } from './choose-reader.ts';
import { ContentCache } from './content-cache.ts';
import { FdCache } from './fd-cache.ts';
import { GrpcSocket } from './grpc-socket.ts';
import { HttpSocket } from './http-socket.ts';
import { type InterfaceAddress, readInterfaceAddresses } from './interface-addresses.ts';
import { KernelTree } from './kernel-tree.ts';
import { readPageSize } from './page-size.ts';
import { isProcfs } from './procfs.ts';
import { type AnsweredBy, FileSystems, type StatfsCalls } from './statfs.ts';
import type { TimeZone } from './time-zone.ts';
import { sendUdpRequest, type UdpRequest } from './udp-request.ts';
import { startWallClock } from './wall-clock.ts';

export type { ClockState } from './adjtimex.ts';
export type { AsyncTree } from './async-tree.ts';
export {
  AbsentError,
  isAbsentOr,
  optional,
  optionalAsync,
  PERMISSION_ERRNOS,
  ReadError,
  type ReadOptions,
} from './errors.ts';
export type { InterfaceAddress } from './interface-addresses.ts';
export { KernelDirectory } from './kernel-directory.ts';
export { KernelTree } from './kernel-tree.ts';
export type { FileInfo } from './stat.ts';
export type { AnsweredBy, Statfs, StatfsAnswer } from './statfs.ts';
export { readTimeZone, type TimeZone } from './time-zone.ts';

/** A call within a pass leaves the pass this much of its time to put the answer together. */
const PASS_MARGIN_MS = 100;
const CALL_TIMEOUT_MS = 5000;
/** Programs on this machine answer in milliseconds, or hang. */
const PATIENCE_MS = 900;

export interface HostOptions {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
  /** `/proc/self`; another one for tests. */
  readonly self?: string;
  readonly udevData: string;
  /** What the operator says the host is called. */
  readonly hostname: string | undefined;
  /** The zone of this process. */
  readonly timeZone: TimeZone;
  /** Seconds since 1970; for tests. */
  readonly now?: () => number;
  /** Seconds that never step; for tests. */
  readonly elapsed?: () => number;
  /** The name of the hardware, as uname(2) has it; for tests. */
  readonly machine?: string;
  /** The system calls that ask a mount point for its size; for tests. */
  readonly statfs?: StatfsCalls;
  /** For tests. */
  readonly pageSize?: number;
  /** For tests. */
  readonly addresses?: () => readonly InterfaceAddress[];
  /** Milliseconds that another program on this machine may take to answer; for tests. */
  readonly socketTimeoutMs?: number;
  /** Gives what asks the kernel for the state of its clock; for tests. */
  readonly loadAdjtimex?: () => Promise<() => ClockState>;
}

/**
 * Threads that calls may hang in, of the 36 that runtime.ts asks libuv for. Each kind has its own, and what hangs of
 * one holds up none of the others; the last four stay for gzip and DNS whatever hangs.
 */
const THREADS = { files: 4, attributes: 6, disk: 4, others: 18 } as const;

const SELF = '/proc/self';

/** What all passes have in common. */
interface Shared {
  readonly calls: CallPool;
  readonly attributes: CallPool;
  readonly statfs: Readonly<Record<AnsweredBy, CallPool>>;
  readonly fdCache: FdCache;
  readonly isProcfs: boolean;
  /** Of `/proc/self`. */
  readonly isOwnProcfs: boolean;
  readonly known: ContentCache;
  readonly pageSize: number | undefined;
  /** Loaded when it is first asked for; what could not be loaded is not tried again. */
  adjtimex?: Promise<() => ClockState>;
}

function createShared({ procfs, self = SELF }: HostOptions): Shared {
  return {
    calls: new CallPool(THREADS.files),
    attributes: new CallPool(THREADS.attributes),
    statfs: { disk: new CallPool(THREADS.disk), others: new CallPool(THREADS.others) },
    fdCache: new FdCache(),
    isProcfs: isProcfs(procfs),
    isOwnProcfs: isProcfs(self),
    known: new ContentCache(),
    pageSize: readPageSize(),
  };
}

export class Host {
  readonly proc: KernelTree;
  /** This process in its own procfs, whatever procfs the collectors read. */
  readonly self: KernelTree;
  readonly sys: KernelTree;
  /** `/sys` once more, for the attributes whose driver asks a device on a slow bus, or a busy one. */
  readonly slowSys: AsyncTree;
  readonly udev: KernelTree;
  readonly rootfs: AsyncTree;
  /** Files that the operator names, by their whole path as this program sees it. */
  readonly files: AsyncTree;
  readonly fileSystems: FileSystems;
  readonly machine: string;
  readonly now: () => number;
  /** Seconds since whenever, on a clock that never steps: for rates. */
  readonly elapsed: () => number;
  /** Milliseconds that another program on this machine may take to answer. */
  readonly socketTimeoutMs: number;
  readonly timeZone: TimeZone;
  /** Bytes of a page of memory; `undefined` where the kernel does not tell. */
  readonly pageSize: number | undefined;
  /** The addresses of the network interfaces that are up, in the network this process is in. */
  readonly addresses: () => readonly InterfaceAddress[];
  readonly #options: HostOptions;
  readonly #shared: Shared;
  readonly #remaining: (most?: number) => number;
  /** Where this program's own root is the host's. */
  readonly #ownRoot: KernelTree | undefined;

  constructor(
    options: HostOptions,
    shared: Shared = createShared(options),
    remaining = (most = CALL_TIMEOUT_MS) => most,
  ) {
    const { calls, attributes, statfs, fdCache: cache, known } = shared;
    this.proc = new KernelTree(options.procfs, { cache, isStable: shared.isProcfs, chooseReader: chooseProcReader });
    this.self = new KernelTree(options.self ?? SELF, {
      cache,
      isStable: shared.isOwnProcfs,
      chooseReader: chooseProcReader,
    });
    this.sys = new KernelTree(options.sysfs, { cache, chooseReader: chooseSysReader });
    this.slowSys = new AsyncTree(options.sysfs, { calls: attributes, isSysfs: true, remaining });
    this.udev = new KernelTree(options.udevData, { cache });
    this.rootfs = new AsyncTree(options.rootfs, { calls, known, remaining });
    this.files = new AsyncTree('', { calls, remaining });
    this.fileSystems = new FileSystems({ pools: statfs, remaining, calls: options.statfs });
    this.machine = options.machine ?? machine();
    this.now = options.now ?? (() => Date.now() / 1000);
    this.elapsed = options.elapsed ?? (() => performance.now() / 1000);
    this.socketTimeoutMs = options.socketTimeoutMs ?? PATIENCE_MS;
    this.timeZone = options.timeZone;
    this.pageSize = options.pageSize ?? shared.pageSize;
    this.addresses = options.addresses ?? readInterfaceAddresses;
    this.#options = options;
    this.#shared = shared;
    this.#remaining = remaining;
    this.#ownRoot = options.rootfs === '/' ? new KernelTree('/') : undefined;
  }

  /** Whole milliseconds that whatever waits for another program may take from now on: for `AbortSignal.timeout()`. */
  get remaining(): number {
    return Math.floor(this.#remaining());
  }

  /** The same machine for one pass, with calls that end before a deadline of `performance.now()`. */
  forPass(deadline: number): Host {
    const remaining = (most = CALL_TIMEOUT_MS) =>
      Math.max(1, Math.min(most, deadline - PASS_MARGIN_MS - performance.now()));
    this.#shared.fdCache.nextPass();
    return new Host(this.#options, this.#shared, remaining);
  }

  /**
   * Reads and parses a file of the host's root file system (`etc/os-release`). Where that is the one this program runs from,
   * it is read at once: a disk that hangs would have stopped the program anyway, and to wake a thread costs more than the read.
   *
   * @returns `undefined` for a file that is absent
   * @throws as {@link AsyncTree.read}
   */
  async readRootFileIfPresent<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
    return (this.#ownRoot ?? this.rootfs).readIfPresent(path, parse);
  }

  /** A clock for a measurement of about a second; see {@link startWallClock}. */
  startClock(): () => number {
    return this.#options.now ?? startWallClock();
  }

  /** As {@link sendUdpRequest}, within the time that the pass has. */
  sendUdpRequest(question: UdpRequest, onSent: () => void): Promise<Buffer> {
    return sendUdpRequest({ ...question, timeout: Math.min(question.timeout, this.remaining) }, onSent);
  }

  /**
   * The kernel's clock, by adjtimex(2).
   *
   * @throws {AbsentError} where that cannot be called
   */
  async clockState(): Promise<ClockState> {
    this.#shared.adjtimex ??= (this.#options.loadAdjtimex ?? loadAdjtimex)();
    return (await this.#shared.adjtimex)();
  }

  /** Another program's HTTP interface, by the path of its socket as this program sees it. */
  httpSocket(path: string): HttpSocket {
    return new HttpSocket(path, this.#socketTime);
  }

  /** Another program's gRPC interface. */
  grpcSocket(path: string): GrpcSocket {
    return new GrpcSocket(path, this.#socketTime);
  }

  readonly #socketTime = (): number => Math.floor(this.#remaining(this.socketTimeoutMs));

  /** Calls to the machine that have not come back. */
  get pendingCalls(): readonly string[] {
    const { calls, attributes, statfs } = this.#shared;
    return [calls, attributes, statfs.disk, statfs.others].flatMap(({ pending }) => pending);
  }

  /**
   * What the host is called: as the operator says, else as its own `/etc/hostname` says when its root is mounted (the
   * kernel would tell the name of this container), else as the kernel says.
   */
  async hostname(): Promise<string> {
    if (this.#options.hostname !== undefined) return this.#options.hostname;
    if (this.#options.rootfs !== '/') {
      const name = await this.rootfs.readIfPresent('etc/hostname', parseHostname);
      if (name !== undefined) return name;
    }
    return this.proc.read('sys/kernel/hostname', parseHostname);
  }
}

/** hostname(5): one line; comments and blank lines may stand before it. */
function parseHostname(text: string): string {
  const name = text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  if (name === undefined) throw new SyntaxError('expected a name');
  return name;
}
