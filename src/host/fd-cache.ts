import { closeSync, openSync, type Stats, statSync } from 'node:fs';
import { codeOf } from '../util/errors.ts';
import { openFileLimit, spareDescriptorCounter } from './process-limits.ts';
import { OPEN_FLAGS, type Reader, readUncached } from './read-sync.ts';
import { type FileInfo, isSettled, toFileInfo } from './stat.ts';

/** Approximate kernel memory of one open file. The open files for 1,000 containers take 80 MiB. */
const BYTES_PER_FILE = 5 * 1024;

/** Maximum number of open files: enough for a host with 4,000 containers. */
const MAX_FILES = 65_536;

/**
 * Share of the available memory that the open files may use. The available memory also depends on the memory limit of this
 * process' cgroup.
 */
const MEMORY_SHARE = 0.5;

/** Number of files that may be open even if little memory is available. These files use 5 MiB. */
const MIN_FILES = 1000;

/** Share of this process' file descriptors that the cache may use. The remaining descriptors are for connections. */
const DESCRIPTOR_SHARE = 0.75;

/** Error codes of open(2) if the process or the host has no free descriptor. */
const NO_DESCRIPTOR: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Number of passes after which the files of an unused directory are closed. */
const MAX_UNUSED_PASSES = 10;

/**
 * Maximum number of cached absent paths. A pass reads dozens of absent paths on most hosts, and thousands on large hosts.
 */
const MAX_ABSENT = 10_000;

/** Error codes of a read from a device that has no value now. The open file remains valid after such an error. */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'ENODATA', 'EOPNOTSUPP']);

/** A directory whose files are held open. If the directory changes, the cache replaces this object with a new one. */
export interface CachedDir {
  /** Path with a final slash. */
  readonly path: string;
  readonly device: number;
  /** Properties of the directory at its last validation. */
  info: FileInfo;
  readonly descriptors: Map<string, number>;
  /** Names of files that did not exist when a collector read them; `undefined` if every file existed. */
  absent: Set<string> | undefined;
  /** Number of the last pass that validated the directory. */
  validatedIn: number;
  /** True after the cache has closed the files. A caller that still holds this object then reads without the cache. */
  isClosed: boolean;
}

/**
 * Holds files open from one pass to the next. A read from the start of an open file returns the current text. Such a read
 * takes a third of the time that open, read and close take together.
 *
 * Each pass validates a directory once. If the directory or one of its entries has changed, the cache closes all files of
 * the directory.
 *
 * A read fails if the device or mount of an open file was removed. The cache then opens the file once more.
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
   * @param spareDescriptors returns how many more files the process can hold open; less than 0 if the cache has to close
   *   files
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

  /**
   * Returns whether a cached absent path is still absent. This check (stat(2)) takes a tenth of the time of a failed open.
   */
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
   * @param isStable true if one validation is enough, as in procfs: each name always refers to the same file, and a read of
   *   a removed file fails. False in sysfs, because a network device can get the former name of another device.
   * @param previous result of the last call for this path, if the caller has stored it; with this result, the cache need not
   *   search
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
    if (stats === undefined || (!isStable && !isSettled(stats.mtimeMs))) return undefined;
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

/** Returns whether a path exists. Returns true if the check fails, because the read of the path then reports the reason. */
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
