/**
 * Access to the host: its file trees, system calls and sockets. Each read distinguishes an *absent* file or device
 * ({@link AbsentError}) from a *failed* read ({@link ReadError}).
 */
import { machine } from 'node:os';
import type { OnLimit } from '../util/limit-counter.ts';
import { type ClockState, loadAdjtimex } from './adjtimex.ts';
import { AsyncTree, type AsyncTreeOptions } from './async-tree.ts';
import type { CallPool } from './call-pool.ts';
import { chooseProcReader, chooseSysReader } from './choose-reader.ts';
import { NO_VALUE_ERRNOS, type Parse, ReadError, type ReportError, raiseError } from './errors.ts';
import { GrpcSocket } from './grpc-socket.ts';
import { type HostOptions, SELF } from './host-options.ts';
import { readHostname } from './hostname.ts';
import { HttpSocket } from './http-socket.ts';
import { type InterfaceAddress, readInterfaceAddresses } from './interface-addresses.ts';
import type { TreeOptions } from './kernel-directory.ts';
import { KernelTree } from './kernel-tree.ts';
import { memoryLimit } from './process-limits.ts';
import { createSharedState, type SharedState } from './shared-state.ts';
import { FileSystems } from './statfs.ts';
import type { TimeZone } from './time-zone.ts';
import { sendUdpRequest, type UdpRequest } from './udp-request.ts';
import { readUname, type Uname } from './uname.ts';
import { startWallClock } from './wall-clock.ts';

export type { ClockState } from './adjtimex.ts';
export type { AsyncTree } from './async-tree.ts';
export {
  AbsentError,
  type AttributeRead,
  isAbsentOr,
  NO_VALUE_ERRNOS,
  optional,
  optionalAsync,
  type Parse,
  PERMISSION_ERRNOS,
  ReadError,
  type ReadOptions,
  type ReportError,
} from './errors.ts';
export type { HostOptions } from './host-options.ts';
export type { InterfaceAddress } from './interface-addresses.ts';
export { KernelDirectory } from './kernel-directory.ts';
export { KernelTree } from './kernel-tree.ts';
export { memoryLimit } from './process-limits.ts';
export { type FileText, LINK_OUT, type RegularFile } from './read-async.ts';
export type { FileInfo } from './stat.ts';
export type { BlockingSource, Statfs, StatfsResult } from './statfs.ts';
export { readTimeZone, type TimeZone } from './time-zone.ts';
export type { Uname } from './uname.ts';

/** Time between the end of the last call of a pass and the deadline of the pass, for sending the response. */
const PASS_MARGIN_MS = 100;
const CALL_TIMEOUT_MS = 5000;
/** Default timeout of a request to a local program. A program that is not stuck responds within milliseconds. */
const SOCKET_TIMEOUT_MS = 900;

interface HostRun {
  readonly remaining?: (limit?: number) => number;
  readonly report?: ReportError;
}

/** Matches the files of the distribution. They have their own threads, because the files of runtimes may be on another disk. */
const IS_SYSTEM_FILE = /^(?:etc|usr)\//;

const MEBIBYTE = 1024 * 1024;
/** Share of the memory of the process that a file on the host's root may use. Four files are read at the same time. */
const ROOT_FILE_SHARE = 1 / 64;
/**
 * Maximum size of a file on the host's root in bytes. The state of 2,000 containers of Podman takes 4 MB; `pci.ids` takes
 * 1.5 MB.
 */
const MAX_ROOT_FILE_BYTES = Math.min(4 * MEBIBYTE, memoryLimit() * ROOT_FILE_SHARE);

const IGNORE_LIMIT: OnLimit = () => undefined;

/** The real clocks, which a test may replace. */
const SYSTEM = {
  now: () => Date.now() / 1000,
  elapsed: () => performance.now() / 1000,
};

/**
 * Each run of a collector has its own object, so each tree is created by its first access: most collectors read one tree.
 */
export class Host {
  readonly #options: HostOptions;
  readonly #shared: SharedState;
  readonly #remaining: (limit?: number) => number;
  readonly #report: ReportError;
  #proc: KernelTree | undefined;
  #self: KernelTree | undefined;
  #sys: KernelTree | undefined;
  #slowSys: AsyncTree | undefined;
  #udev: KernelTree | undefined;
  #rootfs: AsyncTree | undefined;
  #files: AsyncTree | undefined;
  #fileSystems: FileSystems | undefined;

  /**
   * @param remaining returns how many milliseconds a call may take from now on
   * @param report called with each error that costs only one value, as described at {@link Host.forCollector}
   */
  constructor(
    options: HostOptions,
    shared: SharedState = createSharedState(options),
    { remaining = (limit = CALL_TIMEOUT_MS) => limit, report = raiseError }: HostRun = {},
  ) {
    this.#options = options;
    this.#shared = shared;
    this.#remaining = remaining;
    this.#report = report;
  }

  /** Names of the kernel and the host from uname(2), for a sandbox without the files in procfs that contain these names. */
  get uname(): Uname {
    return this.#options.uname ?? readUname();
  }

  get proc(): KernelTree {
    this.#proc ??= this.#createTree(this.#options.procfs, {
      isStable: this.#shared.isProcfs,
      chooseReader: chooseProcReader,
    });
    return this.#proc;
  }

  /** The directory of this process in the procfs at `/proc`, even if the collectors read another procfs. */
  get self(): KernelTree {
    this.#self ??= this.#createTree(this.#options.self ?? SELF, {
      isStable: this.#shared.isSelfProcfs,
      chooseReader: chooseProcReader,
    });
    return this.#self;
  }

  get sys(): KernelTree {
    this.#sys ??= this.#createTree(this.#options.sysfs, {
      chooseReader: chooseSysReader,
      noValueErrnos: NO_VALUE_ERRNOS,
    });
    return this.#sys;
  }

  /** `/sys`, for attributes whose driver queries a device that may be slow or busy. */
  get slowSys(): AsyncTree {
    this.#slowSys ??= this.#createAsyncTree(this.#options.sysfs, {
      poolOf: () => this.#shared.pools.attributes,
      isSysfs: true,
    });
    return this.#slowSys;
  }

  get udev(): KernelTree {
    this.#udev ??= this.#createTree(this.#options.udevData, {});
    return this.#udev;
  }

  get rootfs(): AsyncTree {
    const { pools, contentCache } = this.#shared;
    const poolOf = (path: string): CallPool => (IS_SYSTEM_FILE.test(path) ? pools.system : pools.files);
    this.#rootfs ??= this.#createAsyncTree(this.#options.rootfs, {
      poolOf,
      cache: contentCache,
      maxBytes: MAX_ROOT_FILE_BYTES,
    });
    return this.#rootfs;
  }

  /** Files that the configuration names, by their complete path in the file system of this process. */
  get files(): AsyncTree {
    this.#files ??= this.#createAsyncTree('', { poolOf: () => this.#shared.pools.textFiles });
    return this.#files;
  }

  get fileSystems(): FileSystems {
    const { pools } = this.#shared;
    this.#fileSystems ??= new FileSystems({ pools, remaining: this.#remaining, calls: this.#options.statfs });
    return this.#fileSystems;
  }

  /** The hardware name of uname(2): `x86_64`. */
  get machine(): string {
    return this.#options.machine ?? machine();
  }

  /** Returns Unix time in seconds. */
  get now(): () => number {
    return this.#options.now ?? SYSTEM.now;
  }

  /** Returns the reading of a monotonic clock in seconds, for rates. The start of the clock is arbitrary. */
  get elapsed(): () => number {
    return this.#options.elapsed ?? SYSTEM.elapsed;
  }

  /** Maximum number of containers that a list contains. */
  get maxContainers(): number {
    return this.#options.maxContainers ?? Number.POSITIVE_INFINITY;
  }

  /** The function to call when a limit on what this process reads from the host is exceeded. */
  get onLimit(): OnLimit {
    return this.#options.onLimit ?? IGNORE_LIMIT;
  }

  /** Maximum time in milliseconds for the response of another program on the host. */
  get socketTimeoutMs(): number {
    return this.#options.socketTimeoutMs ?? SOCKET_TIMEOUT_MS;
  }

  get timeZone(): TimeZone {
    return this.#options.timeZone;
  }

  /** Size of a memory page in bytes; `undefined` if the kernel does not report the size. */
  get pageSize(): number | undefined {
    return this.#options.pageSize ?? this.#shared.pageSize;
  }

  /** Returns the addresses of the interfaces that are up, in the network namespace of this process. */
  get addresses(): () => readonly InterfaceAddress[] {
    return this.#options.addresses ?? readInterfaceAddresses;
  }

  #createTree(root: string, options: Partial<TreeOptions>): KernelTree {
    return new KernelTree(root, { cache: this.#shared.fdCache, report: this.#report, ...options });
  }

  #createAsyncTree(root: string, options: Omit<AsyncTreeOptions, 'remaining' | 'report'>): AsyncTree {
    return new AsyncTree(root, { remaining: this.#remaining, report: this.#report, ...options });
  }

  /**
   * Reports an error that costs only one item, attribute or row. The caller continues without it.
   *
   * @throws {Error} the error, if no {@link Host.forCollector} set a function that receives it
   */
  report(error: Error): void {
    this.#report(error);
  }

  /**
   * Continues while the pass has time.
   *
   * @param subject work that cannot be finished without more time, for the message
   * @throws {ReadError} if the deadline of the pass has passed
   */
  requireTime(subject: string): void {
    if (this.#remaining() > 1) return;
    throw new ReadError(`Cannot finish ${subject}: the deadline of the pass has passed`, { code: 'ETIMEDOUT' });
  }

  /** Maximum time in whole milliseconds for a call to another program, for example for `AbortSignal.timeout()`. */
  get remaining(): number {
    return Math.floor(this.#remaining());
  }

  /**
   * Starts a pass: returns the same host with calls that end before the deadline of the pass.
   *
   * @param deadline point in time on the clock of `performance.now()`; a function if the deadline can move to an earlier
   *   time
   */
  forPass(deadline: number | (() => number)): Host {
    const end = typeof deadline === 'number' ? () => deadline : deadline;
    const remaining = (limit = CALL_TIMEOUT_MS) =>
      Math.max(1, Math.min(limit, end() - PASS_MARGIN_MS - performance.now()));
    this.#shared.fdCache.nextPass();
    return new Host(this.#options, this.#shared, { remaining, report: this.#report });
  }

  /**
   * Returns the same host for one run of one collector. `report` receives each error that costs only one value: the errors
   * of the `…IfPresent` methods and of the rows that parsers leave out.
   */
  forCollector(report: ReportError): Host {
    return new Host(this.#options, this.#shared, { remaining: this.#remaining, report });
  }

  /**
   * Reads and parses a file of the host's root file system (`etc/os-release`); returns `undefined` for an absent file. If
   * this process has the same root, the read is synchronous: a stuck root disk stops this process anyway, and an
   * asynchronous read costs more.
   *
   * @throws as {@link AsyncTree.read}
   */
  async readRootFileIfPresent<T>(path: string, parse: Parse<T>): Promise<T | undefined> {
    return (this.#localRoot ?? this.rootfs).readIfPresent(path, parse);
  }

  /** The root file system of the host, if this process has the same root; otherwise `undefined`. */
  get #localRoot(): KernelTree | undefined {
    return this.#options.rootfs === '/' ? new KernelTree('/', { report: this.#report }) : undefined;
  }

  /** As {@link startWallClock}, unless a test has replaced the clock. */
  startClock(): () => number {
    return this.#options.now ?? startWallClock();
  }

  /** As {@link sendUdpRequest}, within the time that remains for the pass. */
  sendUdpRequest(request: UdpRequest, onSent: () => void): Promise<Buffer> {
    return sendUdpRequest({ ...request, timeout: Math.min(request.timeout, this.remaining) }, onSent);
  }

  /**
   * Returns the state of the kernel's clock, from adjtimex(2).
   *
   * @throws {AbsentError} if the system call is not available
   */
  async readClockState(): Promise<ClockState> {
    this.#shared.adjtimex ??= (this.#options.loadAdjtimex ?? loadAdjtimex)();
    return (await this.#shared.adjtimex)();
  }

  /** Returns the HTTP interface of another program, by the path of its socket in the file system of this process. */
  httpSocket(path: string): HttpSocket {
    return new HttpSocket(path, () => this.#socketRemaining());
  }

  /** As {@link Host.httpSocket}, for gRPC. */
  grpcSocket(path: string): GrpcSocket {
    return new GrpcSocket(path, () => this.#socketRemaining());
  }

  #socketRemaining(): number {
    return Math.floor(this.#remaining(this.socketTimeoutMs));
  }

  /** Keys of the calls that have not returned: `read /host/etc/os-release`. */
  get pendingCalls(): readonly string[] {
    return Object.values(this.#shared.pools).flatMap(({ pending }) => pending);
  }

  /** Returns the name of the host: the configured name, or else the result of {@link readHostname}. */
  async hostname(): Promise<string> {
    return this.#options.hostname ?? readHostname(this);
  }
}
