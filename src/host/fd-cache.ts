import { closeSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { parseProcessLimits } from '../parse/process-limits.ts';
import { codeOf } from '../util/errors.ts';
import { OPEN_FLAGS, readOpened } from './read-sync.ts';

/** What an open attribute costs the kernel, about: 80 MiB on a host of 1,000 containers, and next to nothing on others. */
const BYTES_EACH = 5 * 1024;

/** Of a host of 4,000 containers. */
const MOST_KEPT = 65_536;

/** Of the memory that this process may have when it starts, its cgroup's limit included. */
const SHARE_OF_MEMORY = 0.5;

/** However little memory there is, or where the kernel does not tell how much: 5 MiB. */
const LEAST_KEPT = 1000;

/** Of all descriptors that this process may have; the rest is for connections. */
const SHARE_OF_DESCRIPTORS = 0.75;

/** A folder that nobody has asked for in so many passes is closed. */
const PASSES_KEPT = 10;

/**
 * A folder that has changed so recently may change again without a new time stamp: what is in it is opened anew each time.
 * Kernels before 6.13 stamp with the timer's tick, up to 10 ms apart.
 */
const SETTLED_MS = 1000;

/** A machine lacks some dozens of the things that it is asked for. */
const MOST_ABSENT = 1000;

/** What a device says that is there and has no value now: opened anew, its file would say the same. */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'ENODATA', 'EOPNOTSUPP']);

/** A folder whose files may be kept open. */
export interface CachedDir {
  readonly device: number;
  readonly inode: number;
  readonly modifiedMs: number;
  /** As of this pass. */
  links: number;
  readonly descriptors: Map<string, number>;
  /** What was asked for and was not there; `undefined` as long as all was. */
  absent: Set<string> | undefined;
  /** The last pass that looked at it. */
  checkedIn: number;
  /** Whether it is another one now: who still has it, because it waited for something, opens files anew. */
  isClosed: boolean;
}

/** A folder, and what is kept of it. */
export interface Place {
  /** With its final slash. */
  readonly path: string;
  /** `undefined` for one whose files cannot be kept now. */
  readonly folder: CachedDir | undefined;
}

export interface LookOptions {
  /**
   * Whether a name always means the same file, and one that is gone answers an error, as in procfs: then it is enough to have
   * looked once. In sysfs a network device may get another name, and another device its name.
   */
  readonly lasting: boolean;
}

/**
 * Files that stay open from one pass to the next: a read at the start of an open file has the kernel print its text anew,
 * for a third of what opening, reading and closing costs. Once in a pass a folder is looked at: when it is another one
 * now, or something was put into it or taken out, what was open in it is closed.
 *
 * A device that is gone answers an error, and so does a mount that went away under an open file: the file is then opened
 * anew, once.
 */
export class FdCache {
  readonly #folders = new Map<string, CachedDir>();
  /** Paths that led nowhere. */
  readonly #absent = new Set<string>();
  readonly #limit: number;
  #pass = 0;
  #count = 0;

  constructor(limit: number = mostKept()) {
    this.#limit = limit;
  }

  /** How many files are open. */
  get count(): number {
    return this.#count;
  }

  /** From now on folders are looked at again. */
  nextPass(): void {
    this.#pass += 1;
    this.#folders.forEach((folder, path) => {
      if (this.#pass - folder.checkedIn > PASSES_KEPT) this.#close(path, folder);
    });
  }

  /** Whether there was nothing at a path and is nothing now: to look costs a tenth of a call that fails. */
  isStillAbsent(path: string): boolean {
    if (!this.#absent.has(path)) return false;
    if (isNothing(path)) return true;
    this.#absent.delete(path);
    return false;
  }

  rememberAbsent(path: string): void {
    if (this.#absent.size >= MOST_ABSENT) this.#absent.clear();
    this.#absent.add(path);
  }

  has(folderPath: string, name: string): boolean {
    return this.#folders.get(folderPath)?.descriptors.has(name) ?? false;
  }

  /**
   * Gives the descriptor of a file, in a folder that was looked at, to a reader, which reads from position 0.
   *
   * @throws what opening and reading throw
   */
  read<T>({ path, folder }: Place, name: string, reader: (descriptor: number) => T): T {
    const kept = folder?.descriptors.get(name);
    if (kept !== undefined) {
      try {
        return reader(kept);
      } catch (error) {
        if (hasNoValue(error)) throw error;
        // Gone, or in the way of its successor: what opening it anew says is the truth.
        folder?.descriptors.delete(name);
        this.#count -= 1;
        closeSync(kept);
      }
    }
    if (folder === undefined || folder.isClosed || this.#count >= this.#limit) return readOpened(path + name, reader);
    const descriptor = openSync(path + name, OPEN_FLAGS);
    let isKept = false;
    try {
      const result = reader(descriptor);
      isKept = true;
      return result;
    } catch (error) {
      isKept = hasNoValue(error);
      throw error;
    } finally {
      if (isKept) {
        folder.descriptors.set(name, descriptor);
        this.#count += 1;
      } else closeSync(descriptor);
    }
  }

  /**
   * Looks at a folder, once in a pass.
   *
   * @param path with its final slash
   * @param before what the last look gave, where the caller has kept that: it is not searched for then
   * @returns `undefined` for one whose files cannot be kept now
   */
  look(path: string, { lasting }: LookOptions, before?: CachedDir): CachedDir | undefined {
    const known = before === undefined || before.isClosed ? this.#folders.get(path) : before;
    if (known !== undefined && (lasting || known.checkedIn === this.#pass)) {
      known.checkedIn = this.#pass;
      return known;
    }
    const stats = statSync(path, { throwIfNoEntry: false });
    if (known !== undefined) {
      if (stats !== undefined && isSame(known, stats)) {
        known.checkedIn = this.#pass;
        known.links = stats.nlink;
        return known;
      }
      this.#close(path, known);
    }
    if (stats === undefined || (!lasting && Date.now() - stats.mtimeMs < SETTLED_MS)) return undefined;
    const folder: CachedDir = {
      device: stats.dev,
      inode: stats.ino,
      modifiedMs: stats.mtimeMs,
      links: stats.nlink,
      descriptors: new Map(),
      absent: undefined,
      checkedIn: this.#pass,
      isClosed: false,
    };
    this.#folders.set(path, folder);
    return folder;
  }

  #close(path: string, folder: CachedDir): void {
    const { descriptors } = folder;
    this.#folders.delete(path);
    this.#count -= descriptors.size;
    for (const descriptor of descriptors.values()) closeSync(descriptor);
    descriptors.clear();
    folder.isClosed = true;
  }
}

/** Not where something is in the way: a call on the path says what. */
function isNothing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function hasNoValue(error: unknown): boolean {
  return NO_VALUE.has(codeOf(error) ?? '');
}

function isSame({ device, inode, modifiedMs }: CachedDir, stats: Stats): boolean {
  return device === stats.dev && inode === stats.ino && modifiedMs === stats.mtimeMs;
}

function mostKept(): number {
  const inMemory = Math.max(LEAST_KEPT, (process.availableMemory() * SHARE_OF_MEMORY) / BYTES_EACH);
  return Math.min(MOST_KEPT, inMemory, mostDescriptors() * SHARE_OF_DESCRIPTORS);
}

function mostDescriptors(): number {
  try {
    return parseProcessLimits(readFileSync('/proc/self/limits', 'utf8')).openFiles ?? 0;
  } catch {
    // A sandbox without this file: then none is kept.
    return 0;
  }
}
