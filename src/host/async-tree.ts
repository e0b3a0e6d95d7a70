import { close, open, read, type Stats, stat } from 'node:fs';
import { type FileHandle, lstat, open as openFile, readdir } from 'node:fs/promises';
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
  toReadError,
} from './errors.ts';
import { globToRegExp } from './glob.ts';
import { ATTRIBUTE_BYTES, FILE_LIMIT, OPEN_FLAGS } from './read-sync.ts';
import { decodeUtf8 } from './utf8.ts';

/** The content of a file and the time of its last change, both from one read. */
export interface FileContent<T> {
  readonly content: T;
  /** Time of the last change, as Unix time in seconds. */
  readonly modified: number;
}

export interface AsyncTreeOptions {
  readonly calls: CallPool;
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
   * @throws {ReadError} if the file cannot be read, or not in time. While a read of a sysfs attribute hangs, later reads
   *   fail at once.
   * @throws {SyntaxError} of the parser, with the path in its message
   */
  async read<T>(path: string, parse: Parse<T>): Promise<T> {
    if (this.#options.isSysfs !== true) return (await this.readWithMtime(path, parse)).content;
    if (this.#isStuck(path)) throw this.#toStuckError(path);
    const full = this.path(path);
    return parseAt(full, await this.#run(readKey(full), () => readAttribute(full)), parse, this.#options.report);
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
   * hangs costs only its own value. If several devices share a bus, read their attributes in one call, because one device
   * can block the bus.
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
        if (this.#isStuck(read.path)) return;
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

  /** As {@link AsyncTree.read}, but also returns the time of the last change. */
  async readWithMtime<T>(path: string, parse: Parse<T>): Promise<FileContent<T>> {
    const full = this.path(path);
    const { content, modified } = await this.#run(readKey(full), () => readText(full, this.#options));
    return { content: parseAt(full, content, parse, this.#options.report), modified };
  }

  /**
   * Returns the names in a directory, ordered by their bytes.
   *
   * @throws {AbsentError} if the directory does not exist
   * @throws {ReadError} if the directory cannot be read, or not in time
   */
  async list(path: string): Promise<string[]> {
    const full = this.path(path);
    const names = await this.#run(`list ${full}`, () => readdir(full).catch(rethrowAt(full)));
    return names.sort();
  }

  /**
   * As {@link AsyncTree.list}, but returns no names if the directory does not exist or cannot be read. A failed read is
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
    return this.#run(`find ${full}`, () => lstat(full)).then(
      () => true,
      () => false,
    );
  }

  /** Returns whether a read of the file in an earlier pass still hangs. Such a read may hang for ever. */
  #isStuck(path: string): boolean {
    return this.#options.calls.isStuck(readKey(this.path(path)));
  }

  #toStuckError(path: string): ReadError {
    return new ReadError(`Cannot read ${this.path(path)}: the last read has not ended`, { code: 'ETIMEDOUT' });
  }

  #reportUnlessAbsent(error: unknown, options?: ReadOptions): undefined {
    reportUnlessAbsent(error, this.#ignored(options), this.#options.report);
  }

  #ignored(options?: ReadOptions): ReadonlySet<string> {
    return options?.ignoreErrno ?? (this.#options.isSysfs === true ? NO_VALUE_ERRNOS : NO_ERRNOS);
  }

  #run<T>(key: string, start: () => Promise<T>): Promise<T> {
    return this.#options.calls.run(key, () => this.#options.remaining(), start);
  }
}

function readKey(path: string): string {
  return `read ${path}`;
}

function rethrowAt(path: string): (error: unknown) => never {
  return (error) => {
    throw toReadError(path, error);
  };
}

async function readText(
  path: string,
  { cache, maxBytes = FILE_LIMIT }: Pick<AsyncTreeOptions, 'cache' | 'maxBytes'>,
): Promise<FileContent<string>> {
  let file: FileHandle | undefined;
  try {
    // The type is checked before the file is opened: opening some devices starts an action.
    const before = await statAsync(path);
    if (!before.isFile()) throw new ReadError(`Cannot read ${path}: not a regular file`, {});
    const text = cache?.get(path, before);
    if (text !== undefined) return { content: text, modified: before.mtimeMs / 1000 };
    file = await openFile(path, OPEN_FLAGS);
    const stats = await file.stat();
    if (stats.size > maxBytes) throw new RangeError(`larger than ${maxBytes} bytes`);
    const content = await file.readFile('utf8');
    cache?.set(path, stats, content);
    return { content, modified: stats.mtimeMs / 1000 };
  } catch (error) {
    throw error instanceof ReadError ? error : toReadError(path, error);
  } finally {
    await file?.close();
  }
}

/** Calls stat(2) through the callback API, which is faster than promises: each pass makes this call for each file. */
function statAsync(path: string): Promise<Stats> {
  return new Promise((resolve, reject) => {
    stat(path, (error, stats) => {
      if (error === null) resolve(stats);
      else reject(error);
    });
  });
}

/**
 * Reads through the callback API, because opening and closing a file handle of the promise API costs twice as much as the
 * read.
 */
function readAttribute(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    open(path, OPEN_FLAGS, (openError, descriptor) => {
      if (openError !== null) {
        reject(toReadError(path, openError));
        return;
      }
      read(descriptor, Buffer.allocUnsafe(ATTRIBUTE_BYTES), 0, ATTRIBUTE_BYTES, 0, (readError, length, buffer) => {
        close(descriptor, () => {
          if (readError !== null) reject(toReadError(path, readError));
          else resolve(decodeUtf8(buffer, length));
        });
      });
    });
  });
}
