import { close, open, read, type Stats, stat } from 'node:fs';
import { type FileHandle, lstat, open as openFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallPool } from './call-pool.ts';
import type { ContentCache } from './content-cache.ts';
import { isAbsentOr, NO_ERRNOS, parseAt, ReadError, type ReadOptions, toReadError } from './errors.ts';
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
  /** Cache of the texts of unchanged files. Not suitable for network file systems, which may report a change late. */
  readonly cache?: ContentCache;
  /** Returns how many milliseconds a call may take from now on. */
  readonly remaining: () => number;
}

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
   * @throws {ReadError} if the file cannot be read, or not in time
   * @throws {SyntaxError} of the parser, with the path in its message
   */
  async read<T>(path: string, parse: (text: string) => T): Promise<T> {
    if (this.#options.isSysfs !== true) return (await this.readWithMtime(path, parse)).content;
    const full = this.path(path);
    return parseAt(full, await this.#run(`read ${full}`, () => readAttribute(full)), parse);
  }

  /** As {@link AsyncTree.read}, but returns `undefined` for a file that does not exist or has no value now. */
  readIfPresent<T>(path: string, parse: (text: string) => T, options?: ReadOptions): Promise<T | undefined> {
    return ifPresent(this.read(path, parse), options);
  }

  /** As {@link AsyncTree.read}, but also returns the time of the last change. */
  async readWithMtime<T>(path: string, parse: (text: string) => T): Promise<FileContent<T>> {
    const full = this.path(path);
    const { content, modified } = await this.#run(`read ${full}`, () => readText(full, this.#options.cache));
    return { content: parseAt(full, content, parse), modified };
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

  /** As {@link AsyncTree.list}, but returns no names for a directory that does not exist. */
  async listIfPresent(path: string, options?: ReadOptions): Promise<string[]> {
    return (await ifPresent(this.list(path), options)) ?? [];
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

  #run<T>(key: string, start: () => Promise<T>): Promise<T> {
    return this.#options.calls.run(key, this.#options.remaining(), start);
  }
}

async function ifPresent<T>(
  reading: Promise<T>,
  { ignoreErrno = NO_ERRNOS }: ReadOptions = {},
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsentOr(error, ignoreErrno)) return undefined;
    throw error;
  }
}

function rethrowAt(path: string): (error: unknown) => never {
  return (error) => {
    throw toReadError(path, error);
  };
}

async function readText(path: string, cache: ContentCache | undefined): Promise<FileContent<string>> {
  let file: FileHandle | undefined;
  try {
    // The type is checked before the file is opened: opening some devices starts an action.
    const before = await statAsync(path);
    if (!before.isFile()) throw new ReadError(`Cannot read ${path}: not a regular file`, {});
    const text = cache?.get(path, before);
    if (text !== undefined) return { content: text, modified: before.mtimeMs / 1000 };
    file = await openFile(path, OPEN_FLAGS);
    const stats = await file.stat();
    if (stats.size > FILE_LIMIT) throw new RangeError(`larger than ${FILE_LIMIT} bytes`);
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

/** Reads through the callback API: to open and close a file handle of the promise API costs twice as much as the read. */
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
