import { existsSync, readdirSync, readlinkSync, readSync, realpathSync, statSync } from 'node:fs';
import { AbsentError, explain, ifPresent, parseAt, withoutStack } from './errors.ts';
import { type KeptFiles, type KeptFolder, type LookOptions, type Place, readOpened } from './kept-files.ts';
import { decodeUtf8 } from './utf8.ts';

/** The largest kernel file we accept: /proc/net/tcp of a busy machine is some megabytes. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/** What one read of an attribute asks for. The label of a longer one ends here, as node_exporter's does. */
export const ATTRIBUTE_BYTES = 128;

/** What can be known of a file without opening it. */
export interface Look {
  readonly inode: number;
  /** A folder has one from its parent, one from itself and one from each folder in it; some file systems count none. */
  readonly links: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** What a tree may know of its files. */
export interface TreeOptions {
  /** Keeps files open from one pass to the next; without it each is opened and closed. */
  readonly kept?: KeptFiles;
  /** See {@link LookOptions}. */
  readonly lasting?: boolean;
}

/**
 * A tree of kernel text (`/proc`, `/sys`, `/run/udev/data`), read synchronously: the kernel answers from memory, and
 * a promise per file would cost several times the read. Paths are relative to the tree's root.
 */
export class Tree {
  readonly root: string;
  readonly #kept: KeptFiles | undefined;
  readonly #look: LookOptions;

  constructor(root: string, { kept, lasting = false }: TreeOptions = {}) {
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

  /** As {@link Tree.read}, for a list that is short in most cases, and then has been read with a single read. */
  readShort<T>(path: string, parse: (text: string) => T): T {
    return this.#parse(path, this.#read(path, readShort), parse);
  }

  /** As {@link Tree.read}, with `undefined` for a file that is absent. */
  find<T>(path: string, parse: (text: string) => T): T | undefined {
    return this.#isThere(path) ? ifPresent(() => this.read(path, parse)) : undefined;
  }

  /**
   * Reads and parses the one line of a sysfs attribute: a single read of at most 128 bytes, and half the system calls of
   * {@link Tree.read}. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws as {@link Tree.read}
   */
  attribute<T>(path: string, parse: (text: string) => T): T {
    return this.#parse(path, this.#read(path, readOnce), parse);
  }

  /** As {@link Tree.attribute}, with `undefined` for one that is absent. */
  findAttribute<T>(path: string, parse: (text: string) => T): T | undefined {
    return this.#isThere(path) ? ifPresent(() => this.attribute(path, parse)) : undefined;
  }

  /** A directory of which many files are read in this pass; nobody need be there yet. */
  folder(path: string): TreeFolder {
    const full = `${this.path(path)}/`;
    return new TreeFolder({ path: full, folder: this.#kept?.look(full, this.#look) }, this.#kept);
  }

  /**
   * The names in a directory, in the order of their bytes.
   *
   * @throws {AbsentError} when there is no such directory
   */
  list(path: string): string[] {
    const full = this.path(path);
    try {
      return withoutStack(() => readdirSync(full)).sort();
    } catch (error) {
      throw explain(full, error);
    }
  }

  /** As {@link Tree.list}, with no names for a directory that is absent. */
  listIfPresent(path: string): string[] {
    return ifPresent(() => this.list(path)) ?? [];
  }

  /**
   * The names of the directories in a directory, in the order of their bytes; links are none.
   *
   * @throws {AbsentError} when there is no such directory
   */
  folders(path: string): string[] {
    const full = this.path(path);
    try {
      const entries = withoutStack(() => readdirSync(full, { withFileTypes: true }));
      return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
    } catch (error) {
      throw explain(full, error);
    }
  }

  /** What is at a path, all links followed; `undefined` when that is nothing, or nothing that this process may see. */
  look(path: string): Look | undefined {
    const full = this.path(path);
    try {
      const { ino, nlink, mtimeMs } = statSync(full, NO_ERROR) ?? {};
      if (ino === undefined || nlink === undefined || mtimeMs === undefined) return undefined;
      return { inode: ino, links: nlink, modified: mtimeMs / 1000 };
    } catch {
      // EACCES, ESRCH of a process that ends now.
      return undefined;
    }
  }

  /** As {@link Tree.look}, for a folder whose files are read in this pass too: it is looked at once. */
  lookAtFolder(path: string): Look | undefined {
    let folder: KeptFolder | undefined;
    try {
      folder = this.#kept?.look(`${this.path(path)}/`, this.#look);
    } catch {
      // EACCES, as in look().
      return undefined;
    }
    if (folder === undefined) return this.look(path);
    return { inode: folder.inode, links: folder.links, modified: folder.modifiedMs / 1000 };
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** Where a symbolic link points, as written; `undefined` when there is no such link. */
  link(path: string): string | undefined {
    const full = this.path(path);
    return ifPresent(() => {
      try {
        return withoutStack(() => readlinkSync(full));
      } catch (error) {
        throw explain(full, error);
      }
    });
  }

  /** Where a path leads when all links on it are followed; `undefined` when that is nowhere. */
  realPath(path: string): string | undefined {
    const full = this.path(path);
    return ifPresent(() => {
      try {
        return withoutStack(() => realpathSync.native(full));
      } catch (error) {
        throw explain(full, error);
      }
    });
  }

  /** Where a link leads, too; `undefined` when there is nothing. The number of descriptors of `<pid>/fd` since Linux 6.2. */
  size(path: string): number | undefined {
    const full = this.path(path);
    try {
      return statSync(full, { throwIfNoEntry: false })?.size;
    } catch (error) {
      throw explain(full, error);
    }
  }

  /** To look costs less than a failed open. */
  #isThere(path: string): boolean {
    const full = this.path(path);
    const slash = full.lastIndexOf('/') + 1;
    return this.#kept?.has(full.slice(0, slash), full.slice(slash)) || this.size(path) !== undefined;
  }

  #read(path: string, reader: Reader): string {
    const full = this.path(path);
    try {
      return withoutStack(() => this.#readKept(path, full, reader));
    } catch (error) {
      throw explain(full, error);
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

/** Many files of one directory: it is looked at once, and its path put together when something is wrong. */
export class TreeFolder {
  readonly #place: Place;
  readonly #kept: KeptFiles | undefined;

  constructor(place: Place, kept: KeptFiles | undefined) {
    this.#place = place;
    this.#kept = kept;
  }

  /** The same as long as this is the same folder: for what need not be found out twice. `undefined` where that cannot be known. */
  get identity(): object | undefined {
    return this.#place.folder;
  }

  /** As {@link Tree.findAttribute}. */
  findAttribute<T>(name: string, parse: (text: string) => T): T | undefined {
    return this.#find(name, readOnce, parse);
  }

  /** As {@link Tree.find}, for a list that is short in most cases, and then has been read with a single read. */
  findShort<T>(name: string, parse: (text: string) => T): T | undefined {
    return this.#find(name, readShort, parse);
  }

  /**
   * As {@link Tree.find}, for a file that the kernel prints in one piece, as it does with all of a cgroup's but the lists
   * of processes: a single read, without a second one that finds the end. For texts of up to 64 KiB.
   */
  findRecord<T>(name: string, parse: (text: string) => T): T | undefined {
    return this.#find(name, readRecord, parse);
  }

  #find<T>(name: string, reader: Reader, parse: (text: string) => T): T | undefined {
    if (!this.#mayBeThere(name)) return undefined;
    const text = this.#readIfPresent(name, reader);
    if (text === undefined) {
      this.#place.folder?.absent.add(name);
      return undefined;
    }
    return parseAt(this.#place.path + name, text, parse);
  }

  /** To look costs less than a failed open; what was there is there, in most cases. */
  #mayBeThere(name: string): boolean {
    const { path, folder } = this.#place;
    if (folder !== undefined && !folder.absent.has(name)) return true;
    if (!existsSync(path + name)) return false;
    folder?.absent.delete(name);
    return true;
  }

  #readIfPresent(name: string, reader: Reader): string | undefined {
    const { path } = this.#place;
    try {
      return withoutStack(() => this.#kept?.read(this.#place, name, reader) ?? readOpened(path + name, reader));
    } catch (error) {
      const reason = explain(path + name, error);
      if (reason instanceof AbsentError) return undefined;
      throw reason;
    }
  }
}

const NO_ERROR = { throwIfNoEntry: false } as const;

type Reader = (descriptor: number) => string;

/** Processes come and go: their files are not worth keeping. */
const IS_PROCESS = /^\d/;

/** One buffer for all synchronous reads: each text is copied out of it before the next read begins. */
const scratch = { buffer: Buffer.allocUnsafeSlow(64 * 1024) };

function readOnce(descriptor: number): string {
  return decodeUtf8(scratch.buffer.subarray(0, readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, 0)));
}

/**
 * A kernel file of many records comes in pieces of a page, or of as much as was printed so far; one that comes with less than
 * half a page has ended. https://docs.kernel.org/filesystems/seq_file.html
 */
const HALF_PAGE_BYTES = 2048;

function readShort(descriptor: number): string {
  const length = readSync(descriptor, scratch.buffer, 0, scratch.buffer.length, 0);
  return length < HALF_PAGE_BYTES ? scratch.buffer.toString('utf8', 0, length) : readAll(descriptor);
}

function readRecord(descriptor: number): string {
  return scratch.buffer.toString('latin1', 0, readSync(descriptor, scratch.buffer, 0, scratch.buffer.length, 0));
}

function readAll(descriptor: number): string {
  let length = 0;
  for (;;) {
    if (length === scratch.buffer.length) grow();
    const read = readSync(descriptor, scratch.buffer, length, scratch.buffer.length - length, length);
    if (read === 0) return scratch.buffer.toString('utf8', 0, length);
    length += read;
  }
}

function grow(): void {
  if (scratch.buffer.length >= FILE_LIMIT) throw new RangeError(`larger than ${FILE_LIMIT} bytes`);
  const larger = Buffer.allocUnsafeSlow(scratch.buffer.length * 2);
  scratch.buffer.copy(larger);
  scratch.buffer = larger;
}
