import { existsSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { AbsentError, optional, parseAt, toReadError, withoutStack } from './errors.ts';
import type { FdCache, LookOptions } from './fd-cache.ts';
import { KernelDirectory } from './kernel-directory.ts';
import { type Reader, readAll, readOnce, readOpened, readShort } from './read-sync.ts';
import { type FileInfo, statFile } from './stat.ts';

/** What a tree may know of its files. */
export interface KernelTreeOptions {
  /** Keeps files open from one pass to the next; without it each is opened and closed. */
  readonly kept?: FdCache;
  /** See {@link LookOptions}. */
  readonly lasting?: boolean;
}

/**
 * A tree of kernel text (`/proc`, `/sys`, `/run/udev/data`), read synchronously: the kernel answers from memory, and
 * a promise per file would cost several times the read. Paths are relative to the tree's root.
 */
export class KernelTree {
  readonly root: string;
  readonly #kept: FdCache | undefined;
  readonly #look: LookOptions;

  constructor(root: string, { kept, lasting = false }: KernelTreeOptions = {}) {
    this.root = root === '/' ? '' : root.replace(/\/+$/, '');
    this.#kept = kept;
    this.#look = { lasting };
  }

  path(path: string): string {
    return path === '' ? this.root || '/' : `${this.root}/${path}`;
  }

  /**
   * Reads and parses one file.
   *
   * @throws {AbsentError} when there is none
   * @throws {ReadError} when it cannot be read or is larger than {@link FILE_LIMIT}
   * @throws {SyntaxError} when the parser refuses it; the message names the file
   */
  read<T>(path: string, parse: (text: string) => T): T {
    return this.#parse(path, this.#read(path, readAll), parse);
  }

  /** As {@link KernelTree.read}, for a list that is short in most cases, and then has been read with a single read. */
  readShort<T>(path: string, parse: (text: string) => T): T {
    return this.#parse(path, this.#read(path, readShort), parse);
  }

  /** As {@link KernelTree.read}, with `undefined` for a file that is absent. */
  find<T>(path: string, parse: (text: string) => T): T | undefined {
    return this.#isThere(path) ? optional(() => this.read(path, parse)) : undefined;
  }

  /**
   * Reads and parses the one line of a sysfs attribute: a single read of at most 128 bytes, and half the system calls of
   * {@link KernelTree.read}. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws as {@link KernelTree.read}
   */
  attribute<T>(path: string, parse: (text: string) => T): T {
    return this.#parse(path, this.#read(path, readOnce), parse);
  }

  /** As {@link KernelTree.attribute}, with `undefined` for one that is absent. */
  findAttribute<T>(path: string, parse: (text: string) => T): T | undefined {
    return this.#isThere(path) ? optional(() => this.attribute(path, parse)) : undefined;
  }

  /** A directory of which many files are read; nobody need be there yet. */
  folder(path: string): KernelDirectory {
    return new KernelDirectory(`${this.path(path)}/`, this.#look, this.#kept);
  }

  /**
   * The names in a directory, in the order of their bytes.
   *
   * @throws {AbsentError} when there is no such directory
   */
  list(path: string): string[] {
    return this.#callIfThere(path, (full) => readdirSync(full)).sort();
  }

  /** As {@link KernelTree.list}, with no names for a directory that is absent. */
  listIfPresent(path: string): string[] {
    return optional(() => this.list(path)) ?? [];
  }

  /**
   * The names of the directories in a directory, in the order of their bytes; links are none.
   *
   * @throws {AbsentError} when there is no such directory
   */
  folders(path: string): string[] {
    const entries = this.#callIfThere(path, (full) => readdirSync(full, { withFileTypes: true }));
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  }

  /** As {@link statFile}. */
  look(path: string): FileInfo | undefined {
    return statFile(this.path(path));
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** Where a symbolic link points, as written; `undefined` when there is no such link. */
  link(path: string): string | undefined {
    return optional(() => this.#call(path, (full) => readlinkSync(full)));
  }

  /** Where a path leads when all links on it are followed; `undefined` when that is nowhere. */
  realPath(path: string): string | undefined {
    return optional(() => this.#call(path, (full) => realpathSync.native(full)));
  }

  /** Where a link leads, too; `undefined` when there is nothing. The number of descriptors of `<pid>/fd` since Linux 6.2. */
  size(path: string): number | undefined {
    const full = this.path(path);
    try {
      return statSync(full, NO_ERROR)?.size;
    } catch (error) {
      throw toReadError(full, error);
    }
  }

  /** To look costs less than a failed open. */
  #isThere(path: string): boolean {
    const full = this.path(path);
    const slash = full.lastIndexOf('/') + 1;
    return this.#kept?.has(full.slice(0, slash), full.slice(slash)) || this.size(path) !== undefined;
  }

  #read(path: string, reader: Reader): string {
    return this.#callIfThere(path, (full) => this.#readKept(path, full, reader));
  }

  /** Makes a system call on a path; its error is an answer, with the path in it. */
  #call<T>(path: string, call: (full: string) => T): T {
    const full = this.path(path);
    try {
      return withoutStack(call, full);
    } catch (error) {
      throw toReadError(full, error);
    }
  }

  /** As {@link KernelTree.#call}, but what was absent is looked at first. Not for calls on links, which may lead nowhere. */
  #callIfThere<T>(path: string, call: (full: string) => T): T {
    const full = this.path(path);
    if (this.#kept?.isStillAbsent(full)) throw new AbsentError(`Cannot find ${full}: ENOENT`);
    try {
      return this.#call(path, call);
    } catch (error) {
      if (error instanceof AbsentError && !IS_PROCESS.test(path)) this.#kept?.rememberAbsent(full);
      throw error;
    }
  }

  #readKept(path: string, full: string, reader: Reader): string {
    if (this.#kept === undefined || IS_PROCESS.test(path)) return readOpened(full, reader);
    const slash = full.lastIndexOf('/') + 1;
    const folder = full.slice(0, slash);
    return this.#kept.read({ path: folder, folder: this.#kept.look(folder, this.#look) }, full.slice(slash), reader);
  }

  #parse<T>(path: string, text: string, parse: (text: string) => T): T {
    return parseAt(this.path(path), text, parse);
  }
}

const NO_ERROR = { throwIfNoEntry: false } as const;

/** Processes come and go: their files are not worth keeping. */
const IS_PROCESS = /^\d/;
