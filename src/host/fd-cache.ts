import { closeSync, openSync, type Stats, statSync } from 'node:fs';
import { codeOf } from '../util/errors.ts';
import { openFileLimit, spareDescriptorCounter } from './process-limits.ts';
import { OPEN_FLAGS, type Reader, readUncached } from './read-sync.ts';
import { type FileInfo, toFileInfo } from './stat.ts';

/** Approximate kernel memory of an open file. A host with 1,000 containers needs 80 MiB for its open files. */
const BYTES_PER_FILE = 5 * 1024;

/** Maximum number of open files: enough for a host with 4,000 containers. */
const MAX_FILES = 65_536;

/** Share of the available memory that the open files may use. The memory limit of this process' cgroup also applies. */
const MEMORY_SHARE = 0.5;

/** Number of files that may be open on every host, whatever its available memory. These files use 5 MiB. */
const MIN_FILES = 1000;

/** Share of this process' file descriptors that the cache may use. The remaining descriptors are for connections. */
const DESCRIPTOR_SHARE = 0.75;

/** Error codes of open(2) if the process or the host has no free descriptor. */
const NO_DESCRIPTOR: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Number of passes after which the files of an unused directory are closed. */
const MAX_UNUSED_PASSES = 10;

/**
 * A directory that changed more recently than this may change again without a new time stamp, so its files are not cached.
 * The clock for time stamps may advance only at each timer tick of the kernel, every 1 to 10 ms.
 */
const SETTLED_MS = 1000;

/** Maximum number of cached absent paths. Most hosts lack dozens of the paths that are read; large hosts lack thousands. */
const MAX_ABSENT = 10_000;

/** Error codes of a device that has no value now. Its open file remains valid. */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'ENODATA', 'EOPNOTSUPP']);

/** A directory whose files are held open. After a change of the directory, the cache creates a new object. */
export interface CachedDir {
  /** Path with a final slash. */
  readonly path: string;
  readonly device: number;
  /** Properties when the directory was validated last. */
  info: FileInfo;
  readonly descriptors: Map<string, number>;
  /** Names of files that did not exist when a collector read them; `undefined` if all files existed. */
  absent: Set<string> | undefined;
  /** Number of the last pass that validated the directory. */
  validatedIn: number;
  /** True after the cache has closed the files. Callers that still hold this object then read without the cache. */
  isClosed: boolean;
}

/**
 * Holds files open from one pass to the next. For a read at the start of an open file, the kernel prints the text again;
 * this takes a third of the time of open, read and close. Each pass validates a directory once: after a change of the
 * directory or its entries, the cache closes all files of the directory.
 *
 * A read from an open file fails if its device or mount was removed. The cache then opens the file again, once.
 */
export class FdCache {
  readonly #directories = new Map<string, CachedDir>();
  /** Paths that did not exist when a collector read them. */
  readonly #absent = new Set<string>();
  readonly #maxFiles: number;
  readonly #spareDescriptors: () => number;
  /** Maximum number of open files in this pass. */
  #limit: number;
  #pass = 0;
  #count = 0;

  /**
   * @param maxFiles maximum number of open files
   * @param spareDescriptors returns how many more files the process can hold open, less than 0 if it needs descriptors back
   */
  constructor(maxFiles: number = maxOpenFiles(), spareDescriptors = spareDescriptorCounter(openFileLimit())) {
    this.#maxFiles = maxFiles;
    this.#limit = maxFiles;
    this.#spareDescriptors = spareDescriptors;
  }

  /** Number of open files. */
  get count(): number {
    return this.#count;
  }

  /**
   * Starts a pass: the cache validates directories again, and closes the files of unused directories. Closes all files if
   * connections need their descriptors.
   */
  nextPass(): void {
    this.#pass += 1;
    this.#limit = Math.max(0, Math.min(this.#maxFiles, this.#count + this.#spareDescriptors()));
    if (this.#count > this.#limit) this.#closeAll();
    for (const directory of this.#directories.values()) {
      if (this.#pass - directory.validatedIn > MAX_UNUSED_PASSES) this.#close(directory);
    }
  }

  /** Returns whether a cached absent path is still absent. The check, stat(2), costs a tenth of a failed open. */
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
    try {
      return isFull ? readUncached(directory.path + name, reader) : this.#openAndRead(directory, name, reader);
    } catch (error) {
      if (this.#count === 0 || !NO_DESCRIPTOR.has(codeOf(error) ?? '')) throw error;
      this.#limit = Math.floor(this.#count / 2);
      this.#closeAll();
      return readUncached(directory.path + name, reader);
    }
  }

  /**
   * Returns a directory whose files can be read with {@link FdCache.read}. Each pass checks the directory once.
   *
   * @param path path with a final slash
   * @param isStable true if the directory needs to be validated only once, because each name always means the same file and
   *   a read of a removed file fails, as in procfs. In sysfs, a network device can get the former name of another device.
   * @param previous result of the last call for this path, if the caller holds it; saves a search
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

  #closeAll(): void {
    for (const directory of this.#directories.values()) this.#close(directory);
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

/** Returns whether a path exists. Also returns true if the check fails, because the following read reports the reason. */
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

function maxOpenFiles(): number {
  const inMemory = Math.max(MIN_FILES, (process.availableMemory() * MEMORY_SHARE) / BYTES_PER_FILE);
  return Math.min(MAX_FILES, inMemory, openFileLimit() * DESCRIPTOR_SHARE);
}
