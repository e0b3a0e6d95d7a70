import { existsSync } from 'node:fs';
import { AbsentError, parseAt, toReadError, withoutStack } from './errors.ts';
import type { CachedDir, FdCache, LookOptions, Place } from './fd-cache.ts';
import { type Reader, readNumber, readOnce, readOpened, readRecord, readShort } from './read-sync.ts';
import { type FileInfo, statFile } from './stat.ts';

/**
 * Many files of one directory: it is looked at once in a pass, and its path put together when something is wrong. Whoever
 * keeps one from pass to pass looks at it again before its files are read.
 */
export class KernelDirectory {
  readonly #options: LookOptions;
  readonly #kept: FdCache | undefined;
  #place: Place;
  /** Whether this process may not look at it: then what reads its files says so. */
  #isRefused = false;

  /** @param path with its final slash */
  constructor(path: string, options: LookOptions, kept: FdCache | undefined) {
    this.#options = options;
    this.#kept = kept;
    this.#place = { path, folder: this.#lookAgain(path) };
  }

  /** As {@link statFile}; for those that come a second time in a pass it costs nothing. */
  look(): FileInfo | undefined {
    const { path, folder: before } = this.#place;
    const folder = this.#lookAgain(path, before);
    if (folder !== before) this.#place = { path, folder };
    if (folder === undefined) return statFile(path);
    return { inode: folder.inode, links: folder.links, modified: folder.modifiedMs / 1000 };
  }

  /** The same as long as this is the same folder: for what need not be found out twice. `undefined` where that cannot be known. */
  get identity(): object | undefined {
    return this.#place.folder;
  }

  /** Whether there was such a directory when it was looked at. */
  get isThere(): boolean {
    return this.#isRefused || this.#place.folder !== undefined || existsSync(this.#place.path);
  }

  /** As {@link Tree.findAttribute}. */
  findAttribute<T>(name: string, parse: (text: string) => T): T | undefined {
    return this.#find(name, readOnce, parse);
  }

  /** As {@link KernelDirectory.findAttribute}, for numbers: of digits alone no text is made, and `parse` is asked for all else. */
  findNumber<T>(name: string, parse: (text: string) => T): number | T | undefined {
    const read = this.#read(name, readNumber);
    return typeof read === 'string' ? parseAt(this.#place.path + name, read, parse) : read;
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
    const text = this.#read(name, reader);
    return text === undefined ? undefined : parseAt(this.#place.path + name, text, parse);
  }

  #read<T>(name: string, reader: Reader<T>): T | undefined {
    if (!this.#mayBeThere(name)) return undefined;
    const read = this.#readIfPresent(name, reader);
    if (read === undefined && this.#place.folder !== undefined) {
      this.#place.folder.absent ??= new Set();
      this.#place.folder.absent.add(name);
    }
    return read;
  }

  /** To look costs less than a failed open; what was there is there, in most cases. */
  #mayBeThere(name: string): boolean {
    const { path, folder } = this.#place;
    if (this.#isRefused || (folder !== undefined && !folder.absent?.has(name))) return true;
    if (!existsSync(path + name)) return false;
    folder?.absent?.delete(name);
    return true;
  }

  #readIfPresent<T>(name: string, reader: Reader<T>): T | undefined {
    const { path } = this.#place;
    try {
      if (this.#kept === undefined) return withoutStack(readOpened<T>, path + name, reader);
      return withoutStack(readKept<T>, this.#kept, this.#place, name, reader);
    } catch (error) {
      const reason = toReadError(path + name, error);
      if (reason instanceof AbsentError) return undefined;
      throw reason;
    }
  }

  #lookAgain(path: string, before?: CachedDir): CachedDir | undefined {
    this.#isRefused = false;
    try {
      return this.#kept?.look(path, this.#options, before);
    } catch {
      this.#isRefused = true;
      return undefined;
    }
  }
}

function readKept<T>(kept: FdCache, place: Place, name: string, reader: Reader<T>): T {
  return kept.read(place, name, reader);
}
