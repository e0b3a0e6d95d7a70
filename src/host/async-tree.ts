import { close, open, read, type Stats, stat } from 'node:fs';
import { type FileHandle, lstat, open as openFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallPool } from './call-pool.ts';
import type { ContentCache } from './content-cache.ts';
import { optionalAsync, parseAt, ReadError, toReadError } from './errors.ts';
import { globPattern } from './glob.ts';
import { ATTRIBUTE_BYTES, FILE_LIMIT, OPEN_FLAGS } from './read-sync.ts';
import { decodeUtf8 } from './utf8.ts';

/** A file as it was when it was read. */
export interface FileContent<T> {
  readonly content: T;
  /** When it was written, in seconds since 1970. */
  readonly modified: number;
}

export interface AsyncTreeOptions {
  readonly calls: CallPool;
  /** Spares reading what has not changed. Without it files are read anew each time: a network may tell late of a change. */
  readonly known?: ContentCache;
  /** Milliseconds that a call may take from now on. */
  readonly remaining: () => number;
}

/**
 * A tree of mounted files (the host's root): reading one may wait for a disk or a network, so every call is
 * asynchronous and has a deadline.
 */
export class AsyncTree {
  readonly root: string;
  readonly #calls: CallPool;
  readonly #known: ContentCache | undefined;
  readonly #remaining: () => number;

  constructor(root: string, { calls, known, remaining }: AsyncTreeOptions) {
    this.root = root;
    this.#calls = calls;
    this.#known = known;
    this.#remaining = remaining;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /**
   * Reads and parses one file.
   *
   * @throws {AbsentError} when there is none
   * @throws {ReadError} when it cannot be read, or not in time
   * @throws {SyntaxError} when the parser refuses it; the message names the file
   */
  async read<T>(path: string, parse: (text: string) => T): Promise<T> {
    return (await this.readDated(path, parse)).content;
  }

  /** As {@link AsyncTree.read}, with the time of the last change. */
  async readDated<T>(path: string, parse: (text: string) => T): Promise<FileContent<T>> {
    const full = this.path(path);
    const { content, modified } = await this.#run(`read ${full}`, () => readText(full, this.#known));
    return { content: parseAt(full, content, parse), modified };
  }

  /**
   * Reads and parses the one line of a sysfs attribute, as {@link Tree.attribute} does: at most 128 bytes, for little more
   * than half of what {@link AsyncTree.read} costs.
   *
   * @throws as {@link AsyncTree.read}
   */
  async attribute<T>(path: string, parse: (text: string) => T): Promise<T> {
    const full = this.path(path);
    return parseAt(full, await this.#run(`read ${full}`, () => readAttribute(full)), parse);
  }

  /** As {@link AsyncTree.read}, with `undefined` for a file that is absent. */
  find<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
    return optionalAsync(this.read(path, parse));
  }

  /**
   * The names in a directory, in the order of their bytes.
   *
   * @throws {AbsentError} when there is no such directory
   * @throws {ReadError} when it cannot be read, or not in time
   */
  async list(path: string): Promise<string[]> {
    const full = this.path(path);
    const names = await this.#run(`list ${full}`, () => readdir(full).catch(explainAt(full)));
    return names.sort();
  }

  /** The paths that a pattern matches (`/var/lib/*.d`), in order; those of directories that cannot be read are not among them. */
  async glob(pattern: string): Promise<string[]> {
    let paths = [pattern.startsWith('/') ? '/' : ''];
    for (const part of pattern.split('/').filter((name) => name !== '')) {
      const deeper: string[] = [];
      for (const path of paths) deeper.push(...(await this.#matches(path, part)));
      paths = deeper;
    }
    return paths;
  }

  async #matches(directory: string, part: string): Promise<string[]> {
    const pattern = globPattern(part);
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

  #run<T>(what: string, start: () => Promise<T>): Promise<T> {
    return this.#calls.run(what, this.#remaining(), start);
  }
}

function explainAt(path: string): (error: unknown) => never {
  return (error) => {
    throw toReadError(path, error);
  };
}

async function readText(path: string, known: ContentCache | undefined): Promise<FileContent<string>> {
  let file: FileHandle | undefined;
  try {
    // Before it is opened: some devices act when they are.
    const found = await look(path);
    if (!found.isFile()) throw new ReadError(`Cannot read ${path}: is no file`, {});
    const text = known?.find(path, found);
    if (text !== undefined) return { content: text, modified: found.mtimeMs / 1000 };
    file = await openFile(path, OPEN_FLAGS);
    const stats = await file.stat();
    if (stats.size > FILE_LIMIT) throw new RangeError(`larger than ${FILE_LIMIT} bytes`);
    const content = await file.readFile('utf8');
    known?.keep(path, stats, content);
    return { content, modified: stats.mtimeMs / 1000 };
  } catch (error) {
    throw error instanceof ReadError ? error : toReadError(path, error);
  } finally {
    await file?.close();
  }
}

/** With a callback, as {@link readAttribute}: it is made for each file in each pass. */
function look(path: string): Promise<Stats> {
  return new Promise((resolve, reject) => {
    stat(path, (error, stats) => {
      if (error === null) resolve(stats);
      else reject(error);
    });
  });
}

/** With callbacks: a file handle of promises costs twice as much as the read. */
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
