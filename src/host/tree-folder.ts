import { existsSync } from 'node:fs';
import { AbsentError, explain, parseAt, withoutStack } from './errors.ts';
import type { KeptFiles, Place } from './kept-files.ts';
import { type Reader, readOnce, readOpened, readRecord, readShort } from './kernel-file.ts';

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
      return withoutStack(
        (file) => this.#kept?.read(this.#place, file, reader) ?? readOpened(path + file, reader),
        name,
      );
    } catch (error) {
      const reason = explain(path + name, error);
      if (reason instanceof AbsentError) return undefined;
      throw reason;
    }
  }
}
