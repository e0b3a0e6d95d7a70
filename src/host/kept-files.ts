import { closeSync, constants, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { parseLimits } from '../parse/process.ts';

/** Opening a FIFO or a silent device without it would stop the whole program; procfs and sysfs ignore it. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** An open attribute costs the kernel about 5 KiB: 40 MiB on a host that has so many, and nothing on others. */
const MOST_KEPT = 8192;

/** A folder that nobody has asked for in so many passes is closed. */
const PASSES_KEPT = 10;

/**
 * A folder that has changed so recently may change again without a new time stamp: what is in it is opened anew each time.
 * Kernels before 6.13 stamp with the timer's tick, up to 10 ms apart.
 */
const SETTLED_MS = 1000;

/** Opens a file for one read. */
export function readOpened<T>(path: string, reader: (descriptor: number) => T): T {
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    return reader(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface Folder {
  readonly device: number;
  readonly inode: number;
  readonly modifiedMs: number;
  readonly descriptors: Map<string, number>;
  /** The last pass that looked at it. */
  checkedIn: number;
}

/**
 * Files that stay open from one pass to the next: a read at the start of an open file has the kernel print its text anew,
 * for a third of what opening, reading and closing costs. Once in a pass a folder is looked at: when it is another one
 * now, or something was put into it or taken out, what was open in it is closed.
 *
 * A device that is gone answers an error, and so does a mount that went away under an open file: the file is then opened
 * anew, once.
 */
export class KeptFiles {
  readonly #folders = new Map<string, Folder>();
  readonly #limit: number;
  #pass = 0;
  #count = 0;

  constructor(limit: number = Math.min(MOST_KEPT, mostDescriptors() / 2)) {
    this.#limit = limit;
  }

  /** How many files are open. */
  get count(): number {
    return this.#count;
  }

  /** From now on folders are looked at again. */
  nextPass(): void {
    this.#pass += 1;
    for (const [path, folder] of this.#folders) {
      if (this.#pass - folder.checkedIn > PASSES_KEPT) this.#close(path, folder);
    }
  }

  has(folderPath: string, name: string): boolean {
    return this.#folders.get(folderPath)?.descriptors.has(name) ?? false;
  }

  /**
   * Gives the descriptor of a file to a reader, which reads from position 0.
   *
   * @param folderPath the folder, with its final slash
   * @throws what opening and reading throw
   */
  read<T>(folderPath: string, name: string, reader: (descriptor: number) => T): T {
    const folder = this.#look(folderPath);
    const kept = folder?.descriptors.get(name);
    if (kept !== undefined) {
      try {
        return reader(kept);
      } catch {
        // Gone, or in the way of its successor: what opening it anew says is the truth.
        folder?.descriptors.delete(name);
        this.#count -= 1;
        closeSync(kept);
      }
    }
    if (folder === undefined || this.#count >= this.#limit) return readOpened(folderPath + name, reader);
    const descriptor = openSync(folderPath + name, OPEN_FLAGS);
    try {
      const result = reader(descriptor);
      folder.descriptors.set(name, descriptor);
      this.#count += 1;
      return result;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** @returns `undefined` for a folder whose files cannot be kept now */
  #look(path: string): Folder | undefined {
    const known = this.#folders.get(path);
    if (known !== undefined && known.checkedIn === this.#pass) return known;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (known !== undefined) {
      if (stats !== undefined && isSame(known, stats)) {
        known.checkedIn = this.#pass;
        return known;
      }
      this.#close(path, known);
    }
    if (stats === undefined || Date.now() - stats.mtimeMs < SETTLED_MS) return undefined;
    const folder: Folder = {
      device: stats.dev,
      inode: stats.ino,
      modifiedMs: stats.mtimeMs,
      descriptors: new Map(),
      checkedIn: this.#pass,
    };
    this.#folders.set(path, folder);
    return folder;
  }

  #close(path: string, { descriptors }: Folder): void {
    this.#folders.delete(path);
    this.#count -= descriptors.size;
    for (const descriptor of descriptors.values()) closeSync(descriptor);
  }
}

function isSame({ device, inode, modifiedMs }: Folder, stats: Stats): boolean {
  return device === stats.dev && inode === stats.ino && modifiedMs === stats.mtimeMs;
}

function mostDescriptors(): number {
  try {
    return parseLimits(readFileSync('/proc/self/limits', 'utf8'))('Max open files') ?? 0;
  } catch {
    // A sandbox without this file: then none is kept.
    return 0;
  }
}
