import { closeSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { parseProcessLimits } from '../parse/process-limits.ts';
import { codeOf } from '../util/errors.ts';
import { OPEN_FLAGS, type Reader, readUncached } from './read-sync.ts';
import { type FileInfo, toFileInfo } from './stat.ts';

/** Kernel memory of an open attribute, approximately: 80 MiB on a host with 1,000 containers. */
const BYTES_PER_FILE = 5 * 1024;

/** Enough for a host with 4,000 containers. */
const MAX_FILES = 65_536;

/** Share of the memory that is available to this process when it starts, within the limit of its cgroup. */
const MEMORY_SHARE = 0.5;

/** Limit on a host with little memory, or whose kernel does not report its memory: 5 MiB. */
const MIN_FILES = 1000;

/** Share of the descriptors that this process may open; the rest is for connections. */
const DESCRIPTOR_SHARE = 0.75;

/** Passes after which an unused directory is closed. */
const MAX_UNUSED_PASSES = 10;

/**
 * A directory that changed more recently than this may change again without a new time stamp, so its files are not cached.
 * Kernels before 6.13 take time stamps from the timer's tick, up to 10 ms apart.
 */
const SETTLED_MS = 1000;

/** A host lacks some dozens of the requested files, a large host some thousands. */
const MAX_ABSENT = 10_000;

/** Errors of a device that is present and has no value now: the open file remains valid. */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'ENODATA', 'EOPNOTSUPP']);

/** A directory whose files are held open. A directory that was replaced gets a new object. */
export interface CachedDir {
  /** With its final slash. */
  readonly path: string;
  readonly device: number;
  /** As of this pass. */
  info: FileInfo;
  readonly descriptors: Map<string, number>;
  /** Files that did not exist when they were read; `undefined` as long as each file existed. */
  absent: Set<string> | undefined;
  /** The last pass that validated the directory. */
  validatedIn: number;
  /** Set when the directory was replaced: a caller that still holds this object reads without the cache. */
  isClosed: boolean;
}

/**
 * Holds files open from one pass to the next: a read at the start of an open file makes the kernel print the text again,
 * for a third of the cost of open, read and close. Each pass validates a directory once: after a change of the directory or
 * its entries, all files of the directory are closed.
 *
 * Reading an open file of a removed device or mount fails: the file is then opened again, once.
 */
export class FdCache {
  readonly #directories = new Map<string, CachedDir>();
  /** Paths that did not exist. */
  readonly #absent = new Set<string>();
  readonly #limit: number;
  #pass = 0;
  #count = 0;

  constructor(limit: number = fileLimit()) {
    this.#limit = limit;
  }

  /** Number of open files. */
  get count(): number {
    return this.#count;
  }

  /** Starts a pass: directories are validated again, and unused ones are closed. */
  nextPass(): void {
    this.#pass += 1;
    for (const directory of this.#directories.values()) {
      if (this.#pass - directory.validatedIn > MAX_UNUSED_PASSES) this.#close(directory);
    }
  }

  /** Returns whether a path that was absent is still absent: stat(2) costs a tenth of a failed open. */
  isStillAbsent(path: string): boolean {
    if (!this.#absent.has(path)) return false;
    if (!exists(path)) return true;
    this.#absent.delete(path);
    return false;
  }

  rememberAbsent(path: string): void {
    if (this.#absent.size >= MAX_ABSENT) this.#absent.clear();
    this.#absent.add(path);
  }

  /**
   * Reads a file of a validated directory.
   *
   * @throws the errors of open(2) and read(2)
   */
  read<T>(directory: CachedDir, name: string, reader: Reader<T>): T {
    const { descriptors } = directory;
    const open = descriptors.get(name);
    if (open !== undefined) {
      try {
        return reader(open);
      } catch (error) {
        if (hasNoValue(error)) throw error;
        descriptors.delete(name);
        this.#count -= 1;
        closeSync(open);
      }
    }
    const isFull = directory.isClosed || this.#count >= this.#limit;
    return isFull ? readUncached(directory.path + name, reader) : this.#openAndRead(directory, name, reader);
  }

  /**
   * Returns a directory whose files can be read with {@link FdCache.read}. Each pass checks the directory once.
   *
   * @param path with its final slash
   * @param isStable whether a name always means the same file and reading a removed file fails, as in procfs: such a
   *   directory is validated once. In sysfs a network device may be renamed, and another one get its name.
   * @param previous the result of the last call for this path, which spares the search
   * @returns `undefined` if the files of the directory cannot be cached in this pass
   */
  validate(path: string, isStable: boolean, previous?: CachedDir): CachedDir | undefined {
    const cached = previous === undefined || previous.isClosed ? this.#directories.get(path) : previous;
    if (cached !== undefined && (isStable || cached.validatedIn === this.#pass)) {
      cached.validatedIn = this.#pass;
      return cached;
    }
    const stats = statSync(path, { throwIfNoEntry: false });
    if (cached !== undefined) {
      if (stats !== undefined && isSame(cached, stats)) {
        cached.validatedIn = this.#pass;
        if (cached.info.links !== stats.nlink) cached.info = toFileInfo(stats);
        return cached;
      }
      this.#close(cached);
    }
    if (stats === undefined || (!isStable && Date.now() - stats.mtimeMs < SETTLED_MS)) return undefined;
    return this.#add(path, stats);
  }

  #openAndRead<T>({ path, descriptors }: CachedDir, name: string, reader: Reader<T>): T {
    const descriptor = openSync(path + name, OPEN_FLAGS);
    let isValid = false;
    try {
      const result = reader(descriptor);
      isValid = true;
      return result;
    } catch (error) {
      isValid = hasNoValue(error);
      throw error;
    } finally {
      if (isValid) {
        descriptors.set(name, descriptor);
        this.#count += 1;
      } else closeSync(descriptor);
    }
  }

  #add(path: string, stats: Stats): CachedDir {
    const directory: CachedDir = {
      path,
      device: stats.dev,
      info: toFileInfo(stats),
      descriptors: new Map(),
      absent: undefined,
      validatedIn: this.#pass,
      isClosed: false,
    };
    this.#directories.set(path, directory);
    return directory;
  }

  #close(directory: CachedDir): void {
    const { path, descriptors } = directory;
    this.#directories.delete(path);
    this.#count -= descriptors.size;
    for (const descriptor of descriptors.values()) closeSync(descriptor);
    descriptors.clear();
    directory.isClosed = true;
  }
}

/** Returns true as well if the path cannot be checked: the call that follows reports why. */
function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function hasNoValue(error: unknown): boolean {
  return NO_VALUE.has(codeOf(error) ?? '');
}

function isSame({ device, info }: CachedDir, stats: Stats): boolean {
  return device === stats.dev && info.inode === stats.ino && info.modified === stats.mtimeMs / 1000;
}

function fileLimit(): number {
  const inMemory = Math.max(MIN_FILES, (process.availableMemory() * MEMORY_SHARE) / BYTES_PER_FILE);
  return Math.min(MAX_FILES, inMemory, descriptorLimit() * DESCRIPTOR_SHARE);
}

function descriptorLimit(): number {
  try {
    return parseProcessLimits(readFileSync('/proc/self/limits', 'utf8')).openFiles ?? 0;
  } catch {
    // A sandbox may hide this file: nothing is cached then.
    return 0;
  }
}
