import { accessSync, constants, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { codeOf } from '../util/errors.ts';
import {
  AbsentError,
  type AttributeRead,
  isAbsentOr,
  NO_ERRNOS,
  type Parse,
  parseAt,
  type ReadError,
  type ReadOptions,
  raiseError,
  reportUnlessAbsent,
  toReadError,
  withoutStack,
} from './errors.ts';
import { KernelDirectory, type TreeOptions } from './kernel-directory.ts';
import { type Reader, readLatin1, readToEnd, readUncached } from './read-sync.ts';
import { type FileInfo, pathExists, statFile } from './stat.ts';

/** Error code of readlink(2) for a file or directory that is not a symbolic link. */
const NO_LINK_ERRNOS: ReadonlySet<string> = new Set(['EINVAL']);

/**
 * A tree of files in memory (`/proc`, `/sys`, `/run/udev/data`), which are read synchronously: the reads do not wait for a
 * device, and a promise per file costs several times as much as a read. Paths are relative to the root of the tree.
 */
export class KernelTree {
  readonly root: string;
  readonly #options: TreeOptions;

  constructor(root: string, options: Partial<TreeOptions> = {}) {
    this.root = root.endsWith('/') ? root.replace(/\/+$/, '') : root;
    this.#options = {
      cache: options.cache,
      isStable: options.isStable ?? false,
      chooseReader: options.chooseReader ?? (() => readToEnd),
      noValueErrnos: options.noValueErrnos ?? NO_ERRNOS,
      report: options.report ?? raiseError,
    };
  }

  /** Returns the complete path of a file in the tree. */
  path(path: string): string {
    return path === '' ? this.root || '/' : `${this.root}/${path}`;
  }

  /**
   * Reads and parses a file. Each run of bytes that are not UTF-8 becomes U+FFFD.
   *
   * @throws {AbsentError} if the file does not exist
   * @throws {ReadError} if the file cannot be read or is larger than {@link KERNEL_FILE_LIMIT}
   * @throws {SyntaxError} of the parser, with the path in its message
   */
  read<T>(path: string, parse: Parse<T>): T {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) throw new AbsentError(`Cannot find ${full}: ENOENT`);
    return this.#readAndParse(path, parse);
  }

  /**
   * As {@link KernelTree.read}, but `parse` gets a text with one character for each byte: names of files need not be UTF-8.
   */
  readLatin1<T>(path: string, parse: Parse<T>): T {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) throw new AbsentError(`Cannot find ${full}: ENOENT`);
    return this.#readAndParse(path, parse, readLatin1);
  }

  /**
   * As {@link KernelTree.read}, but returns `undefined` for a file that does not exist or has no value now. Any other error
   * is reported, and the result is also `undefined`, so that a collector loses only this value.
   */
  readIfPresent<T>(path: string, parse: Parse<T>, options?: ReadOptions): T | undefined {
    const full = this.path(path);
    if (this.#isKnownAbsent(full)) return undefined;
    try {
      return this.#readAndParse(path, parse);
    } catch (error) {
      return this.#reportUnlessAbsent(error, options);
    }
  }

  /** As {@link KernelTree.readIfPresent}, but returns `absent` for a file that does not exist or has no value now. */
  readAttribute<T>({ path, parse, absent }: AttributeRead<T>): T | undefined {
    try {
      return this.read(path, parse);
    } catch (error) {
      if (isAbsentOr(error, this.#options.noValueErrnos)) return absent;
      return this.#reportUnlessAbsent(error);
    }
  }

  /** Returns a directory from which many files are read. The directory does not have to exist. */
  directory(path: string): KernelDirectory {
    return new KernelDirectory({ path: `${this.root}/${path}/`, relativePath: `${path}/` }, this.#options);
  }

  /**
   * Returns a directory from an earlier pass, for the current pass. This is faster than {@link KernelTree.directory}.
   *
   * @param directory a directory of a tree with the same root
   */
  reopen(directory: KernelDirectory): KernelDirectory {
    return directory.withOptions(this.#options);
  }

  /**
   * Returns the names in a directory, ordered by their bytes.
   *
   * @throws {AbsentError} if the directory does not exist
   */
  list(path: string): string[] {
    return this.#callUnlessAbsent(path, (full) => readdirSync(full)).sort();
  }

  /**
   * As {@link KernelTree.list}, but returns no names if the directory does not exist or cannot be read. A failed read is
   * reported.
   */
  listIfPresent(path: string): string[] {
    if (this.#isKnownAbsent(this.path(path))) return [];
    try {
      return this.list(path);
    } catch (error) {
      this.#reportUnlessAbsent(error);
      return [];
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

  /**
   * As {@link KernelTree.listDirectories}, but returns no names if the directory does not exist or cannot be read. A failed
   * read is reported.
   */
  listDirectoriesIfPresent(path: string): string[] {
    try {
      return this.listDirectories(path);
    } catch (error) {
      this.#reportUnlessAbsent(error);
      return [];
    }
  }

  /** As {@link statFile}. */
  stat(path: string): FileInfo | undefined {
    return statFile(this.path(path));
  }

  exists(path: string): boolean {
    return pathExists(this.path(path));
  }

  /** Returns whether a file exists but this process may not read it. Does not open the file. */
  isDenied(path: string): boolean {
    try {
      withoutStack(accessSync, this.path(path), constants.R_OK);
      return false;
    } catch (error) {
      return codeOf(error) === 'EACCES';
    }
  }

  /**
   * Returns the target of a symbolic link as written. Returns `undefined` if the link does not exist, if a file or directory
   * is in its place, as in a copy of sysfs, or if the link cannot be read. Only the last case is reported.
   */
  readlink(path: string, { ignoreErrno = NO_ERRNOS }: ReadOptions = {}): string | undefined {
    return this.#callIfPresent(path, (full) => readlinkSync(full), {
      ignoreErrno: new Set([...ignoreErrno, ...NO_LINK_ERRNOS]),
    });
  }

  /** Returns the path with all symbolic links resolved, or `undefined` if the target does not exist. */
  realpath(path: string): string | undefined {
    return this.#callIfPresent(path, (full) => realpathSync.native(full));
  }

  #readAndParse<T>(path: string, parse: Parse<T>, reader?: Reader): T {
    let text: string;
    try {
      text = this.#readText(path, reader);
    } catch (error) {
      throw this.#toReadError(path, error);
    }
    return parseAt(this.path(path), text, parse, this.#options.report);
  }

  /** @throws the errors of open(2) and read(2), without a stack: see {@link withoutStack} */
  #readText(path: string, fixedReader?: Reader): string {
    const { cache, isStable, chooseReader } = this.#options;
    const slash = path.lastIndexOf('/') + 1;
    const [directory, name] = [path.slice(0, slash), path.slice(slash)];
    const reader = fixedReader ?? chooseReader(directory, name);
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

  /**
   * Calls a function on a symbolic link. EINVAL is a failure here: it means that the file is not a link, and not that a
   * driver has no value.
   */
  #callIfPresent<T>(
    path: string,
    call: (full: string) => T,
    { ignoreErrno = NO_ERRNOS }: ReadOptions = {},
  ): T | undefined {
    const full = this.path(path);
    try {
      return withoutStack(call, full);
    } catch (error) {
      return this.#reportUnlessAbsent(toReadError(full, error), { ignoreErrno });
    }
  }

  #reportUnlessAbsent(error: unknown, options?: ReadOptions): undefined {
    reportUnlessAbsent(error, options?.ignoreErrno ?? this.#options.noValueErrnos, this.#options.report);
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
