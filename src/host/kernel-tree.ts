import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import {
  AbsentError,
  isAbsentOr,
  NO_ERRNOS,
  parseAt,
  type ReadError,
  type ReadOptions,
  toReadError,
  withoutStack,
} from './errors.ts';
import { KernelDirectory, type TreeOptions } from './kernel-directory.ts';
import { readToEnd, readUncached } from './read-sync.ts';
import { type FileInfo, statFile } from './stat.ts';

/**
 * A tree of files in memory (`/proc`, `/sys`, `/run/udev/data`), which are read synchronously: the reads do not wait for a
 * device, and a promise per file costs several times as much as a read. Paths are relative to the root of the tree.
 */
export class KernelTree {
  readonly root: string;
  readonly #options: TreeOptions;

  constructor(root: string, options: Partial<TreeOptions> = {}) {
    this.root = root === '/' ? '' : root.replace(/\/+$/, '');
    this.#options = { cache: undefined, isStable: false, chooseReader: () => readToEnd, ...options };
  }

  /** Returns the complete path of a file in the tree. */
  path(path: string): string {
    return path === '' ? this.root || '/' : `${this.root}/${path}`;
  }

  /**
   * Reads and parses a file. Each run of bytes that are not UTF-8 becomes U+FFFD.
   *
   * @throws {AbsentError} if the file does not exist
   * @throws {ReadError} if the file cannot be read or is larger than {@link FILE_LIMIT}
   * @throws {SyntaxError} of the parser, with the path in its message
   */
  read<T>(path: string, parse: (text: string) => T): T {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) throw new AbsentError(`Cannot find ${full}: ENOENT`);
    let text: string;
    try {
      text = this.#readText(path);
    } catch (error) {
      throw this.#toReadError(path, error);
    }
    return parseAt(full, text, parse);
  }

  /** As {@link KernelTree.read}, but returns `undefined` for a file that does not exist or has no value now. */
  readIfPresent<T>(
    path: string,
    parse: (text: string) => T,
    { ignoreErrno = NO_ERRNOS }: ReadOptions = {},
  ): T | undefined {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) return undefined;
    let text: string;
    try {
      text = this.#readText(path);
    } catch (error) {
      const reason = this.#toReadError(path, error);
      if (isAbsentOr(reason, ignoreErrno)) return undefined;
      throw reason;
    }
    return parseAt(full, text, parse);
  }

  /** Returns a directory from which many files are read. The directory does not have to exist. */
  directory(path: string): KernelDirectory {
    return new KernelDirectory(this.root, `${path}/`, this.#options);
  }

  /**
   * Returns the names in a directory, ordered by their bytes.
   *
   * @throws {AbsentError} if the directory does not exist
   */
  list(path: string): string[] {
    return this.#callUnlessAbsent(path, (full) => readdirSync(full)).sort();
  }

  /** As {@link KernelTree.list}, but returns no names for a directory that does not exist. */
  listIfPresent(path: string): string[] {
    if (this.#isKnownAbsent(this.path(path))) return [];
    try {
      return this.list(path);
    } catch (error) {
      if (error instanceof AbsentError) return [];
      throw error;
    }
  }

  /**
   * Returns the names of the directories in a directory, ordered by their bytes; symbolic links are left out.
   *
   * @throws {AbsentError} if the directory does not exist
   */
  listDirectories(path: string): string[] {
    const entries = this.#callUnlessAbsent(path, (full) => readdirSync(full, { withFileTypes: true }));
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  }

  /** As {@link statFile}. */
  stat(path: string): FileInfo | undefined {
    return statFile(this.path(path));
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** Returns the target of a symbolic link as written, or `undefined` if the link does not exist. */
  readlink(path: string, options?: ReadOptions): string | undefined {
    return this.#callIfPresent(path, (full) => readlinkSync(full), options);
  }

  /** Returns the path with all symbolic links resolved, or `undefined` if the target does not exist. */
  realpath(path: string): string | undefined {
    return this.#callIfPresent(path, (full) => realpathSync.native(full));
  }

  /** @throws the errors of open(2) and read(2), without a stack: see {@link withoutStack} */
  #readText(path: string): string {
    const { cache, isStable, chooseReader } = this.#options;
    const slash = path.lastIndexOf('/') + 1;
    const [directory, name] = [path.slice(0, slash), path.slice(slash)];
    const reader = chooseReader(directory, name);
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      if (cache === undefined || IS_PROCESS.test(path)) return readUncached(this.path(path), reader);
      const cached = cache.validate(`${this.root}/${directory}`, isStable);
      return cached === undefined ? readUncached(this.path(path), reader) : cache.read(cached, name, reader);
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  #isKnownAbsent(full: string): boolean {
    return this.#options.cache?.isStillAbsent(full) === true;
  }

  /**
   * Calls a function on a path, unless the cache contains the path as absent. Not suitable for reading symbolic links,
   * because the cache treats a link without a target as absent.
   */
  #callUnlessAbsent<T>(path: string, call: (full: string) => T): T {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) throw new AbsentError(`Cannot find ${full}: ENOENT`);
    try {
      return withoutStack(call, full);
    } catch (error) {
      throw this.#toReadError(path, error);
    }
  }

  #callIfPresent<T>(
    path: string,
    call: (full: string) => T,
    { ignoreErrno = NO_ERRNOS }: ReadOptions = {},
  ): T | undefined {
    const full = this.path(path);
    try {
      return withoutStack(call, full);
    } catch (error) {
      const reason = toReadError(full, error);
      if (isAbsentOr(reason, ignoreErrno)) return undefined;
      throw reason;
    }
  }

  #toReadError(path: string, error: unknown): AbsentError | ReadError {
    const full = this.path(path);
    const reason = toReadError(full, error);
    if (reason instanceof AbsentError && !IS_PROCESS.test(path)) this.#options.cache?.rememberAbsent(full);
    return reason;
  }
}

/** Matches the paths of processes. Their files are not held open, because most processes end soon. */
const IS_PROCESS = /^\d/;
