import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallPool } from './call-pool.ts';
import type { ContentCache } from './content-cache.ts';
import {
  type AttributeRead,
  isAbsentOr,
  NO_ERRNOS,
  NO_VALUE_ERRNOS,
  type Parse,
  parseAt,
  ReadError,
  type ReadOptions,
  type ReportError,
  reportUnlessAbsent,
} from './errors.ts';
import { globToRegExp } from './glob.ts';
import {
  type FileText,
  listNames,
  type RegularFile,
  readAttribute,
  readResolved,
  readText,
  resolveFile,
} from './read-async.ts';

export interface AsyncTreeOptions {
  /** Returns the pool that calls on a path use. */
  readonly poolOf: (path: string) => CallPool;
  /** True if the files are sysfs attributes, whose text fits in one memory page. */
  readonly isSysfs?: boolean;
  /** Maximum size of a file in bytes. Default: {@link FILE_LIMIT}. */
  readonly maxBytes?: number;
  /** Cache of the texts of unchanged files. Not suitable for network file systems, which may report a change late. */
  readonly cache?: ContentCache;
  /** Returns how many milliseconds a call may take from now on. */
  readonly remaining: () => number;
  /**
   * Called with the error of a file that `…IfPresent` methods cannot read, and with the error of each row that a parser
   * leaves out.
   */
  readonly report: ReportError;
}

/**
 * Maximum number of attributes of one device that are read at the same time. If this many reads hang, no other attribute of
 * the device is read, because each further read could occupy one more thread for ever.
 */
const LANES_PER_DEVICE = 3;

/**
 * A tree of files for which a read may wait for a disk, a network or a slow device. Every call is asynchronous and has a
 * timeout. The methods correspond to those of {@link KernelTree}.
 */
export class AsyncTree {
  readonly root: string;
  readonly #options: AsyncTreeOptions;

  constructor(root: string, options: AsyncTreeOptions) {
    this.root = root;
    this.#options = options;
  }

  /** Returns the complete path of a file in the tree. */
  path(path: string): string {
    return join(this.root, path);
  }

  /**
   * Reads and parses a file.
   *
   * @throws {AbsentError} if the file does not exist
   * @throws {ReadError} if the file cannot be read, or not in time. While a read hangs, later reads fail at once.
   * @throws {SyntaxError} of the parser, with the path in its message
   */
  async read<T>(path: string, parse: Parse<T>): Promise<T> {
    const full = this.path(path);
    const { isSysfs, cache, maxBytes } = this.#options;
    const readFile = (): Promise<string> =>
      isSysfs === true ? readAttribute(full) : readText(full, { cache, maxBytes });
    const text = await this.#run(path, readKey(full), readFile);
    return parseAt(full, text, parse, this.#options.report);
  }

  /** Reads a file and handles errors as {@link KernelTree.readIfPresent} does. */
  readIfPresent<T>(path: string, parse: Parse<T>, options?: ReadOptions): Promise<T | undefined> {
    return this.#readOr(undefined, { path, parse }, options);
  }

  async #readOr<T>(
    absent: T | undefined,
    { path, parse }: AttributeRead<T>,
    options?: ReadOptions,
  ): Promise<T | undefined> {
    try {
      return await this.read(path, parse);
    } catch (error) {
      if (isAbsentOr(error, this.#ignored(options))) return absent;
      return this.#reportUnlessAbsent(error, options);
    }
  }

  /**
   * Reads several attributes of one device. Errors are handled as in {@link AsyncTree.readIfPresent}; an attribute that
   * hangs costs only its own value. Read attributes of devices that share a bus in one call, because one device can block
   * the bus.
   *
   * @returns the values in the order of `reads`; `undefined` for an attribute without a value
   */
  async readEachIfPresent<T>(reads: readonly AttributeRead<T>[]): Promise<(T | undefined)[]> {
    const values: (T | undefined)[] = reads.map(() => undefined);
    const stuck = reads.filter(({ path }) => this.#isStuck(path));
    for (const { path } of stuck) this.#options.report(this.#toStuckError(path));
    // The reads that run at the same time take their attributes from this shared iterator.
    const rest = [...reads.entries()].filter(([, { path }]) => !this.#isStuck(path)).values();
    const lane = async (): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        const [index, read] = next.value;
        values[index] = await this.#readOr(read.absent, read);
        // The read hangs and has used up the time of the pass, so there is no time for another attribute.
        if (this.#isRunning(read.path)) return;
      }
    };
    await Promise.all(Array.from({ length: Math.max(0, LANES_PER_DEVICE - stuck.length) }, lane));
    const unread = [...rest];
    const [, first] = unread[0] ?? [];
    if (first !== undefined) {
      const reason = `the device does not answer, for ${unread.length} attributes`;
      this.#options.report(new ReadError(`Cannot read ${this.path(first.path)}: ${reason}`, { code: 'EBUSY' }));
    }
    return values;
  }

  /**
   * Finds a regular file and follows a symbolic link.
   *
   * @param within directory that must contain the target of a link; `undefined` if a link may lead anywhere
   * @throws {AbsentError} if the file does not exist
   * @throws {ReadError} if the file is not a regular file; code {@link LINK_OUT} if the link leads out of `within`
   */
  resolve(path: string, within: string | undefined): Promise<RegularFile> {
    const full = this.path(path);
    const root = within === undefined ? undefined : this.path(within);
    return this.#run(path, `find ${full}`, () => resolveFile(full, root));
  }

  /**
   * Returns the text of a file that {@link AsyncTree.resolve} has found.
   *
   * @throws {ReadError} if the file cannot be read, is larger than `limit` bytes, or has become a symbolic link
   */
  readResolved({ path }: RegularFile, limit: number): Promise<FileText> {
    return this.#run(path, readKey(path), () => readResolved(path, limit));
  }

  /**
   * Returns the names in a directory, ordered by their bytes.
   *
   * @throws {AbsentError} if the directory does not exist
   * @throws {ReadError} if the directory cannot be read, or not in time
   */
  async list(path: string): Promise<string[]> {
    const full = this.path(path);
    return await this.#run(path, `list ${full}`, () => listNames(full));
  }

  /**
   * As {@link AsyncTree.list}, but returns no names if the directory does not exist, or if it cannot be read, which is
   * reported.
   */
  async listIfPresent(path: string, options?: ReadOptions): Promise<string[]> {
    try {
      return await this.list(path);
    } catch (error) {
      this.#reportUnlessAbsent(error, options);
      return [];
    }
  }

  /** Returns the paths that match a pattern (`/var/lib/*.d`), in order. Directories that cannot be read are left out. */
  async glob(pattern: string): Promise<string[]> {
    let paths = [pattern.startsWith('/') ? '/' : ''];
    for (const part of pattern.split('/').filter((name) => name !== '')) {
      const deeper: string[] = [];
      for (const path of paths) deeper.push(...(await this.#globIn(path, part)));
      paths = deeper;
    }
    return paths;
  }

  async #globIn(directory: string, part: string): Promise<string[]> {
    const pattern = globToRegExp(part);
    if (pattern === undefined) return (await this.#exists(join(directory, part))) ? [join(directory, part)] : [];
    const names = await this.list(directory).catch((): string[] => []);
    return names.filter((name) => pattern.test(name)).map((name) => join(directory, name));
  }

  async #exists(path: string): Promise<boolean> {
    const full = this.path(path);
    return this.#run(path, `stat ${full}`, () => lstat(full)).then(
      () => true,
      () => false,
    );
  }

  /** Returns whether a read of the file has been running for so long that it may hang for ever. */
  #isStuck(path: string): boolean {
    return this.#options.poolOf(path).isStuck(readKey(this.path(path)));
  }

  #isRunning(path: string): boolean {
    return this.#options.poolOf(path).isRunning(readKey(this.path(path)));
  }

  #toStuckError(path: string): ReadError {
    return new ReadError(`Cannot read ${this.path(path)}: the last call has not ended`, { code: 'ETIMEDOUT' });
  }

  #reportUnlessAbsent(error: unknown, options?: ReadOptions): undefined {
    reportUnlessAbsent(error, this.#ignored(options), this.#options.report);
  }

  #ignored(options?: ReadOptions): ReadonlySet<string> {
    return options?.ignoreErrno ?? (this.#options.isSysfs === true ? NO_VALUE_ERRNOS : NO_ERRNOS);
  }

  #run<T>(path: string, key: string, start: () => Promise<T>): Promise<T> {
    return this.#options.poolOf(path).run(key, () => this.#options.remaining(), start);
  }
}

function readKey(path: string): string {
  return `read ${path}`;
}
