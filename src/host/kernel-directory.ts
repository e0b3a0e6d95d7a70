import type { ChooseReader } from './choose-reader.ts';
import {
  AbsentError,
  type AttributeRead,
  isAbsentOr,
  type Parse,
  parseAt,
  type ReadOptions,
  type ReportError,
  reportUnlessAbsent,
  toReadError,
} from './errors.ts';
import type { CachedDir, FdCache } from './fd-cache.ts';
import { type Reader, readNumber, readUncached } from './read-sync.ts';
import { type FileInfo, pathExists, statFile } from './stat.ts';

export interface TreeOptions {
  /** Cache that holds files open between passes. If it is `undefined`, each read opens and closes the file. */
  readonly cache: FdCache | undefined;
  /** True if a directory needs to be validated only once, as in procfs; details are in {@link FdCache.validate}. */
  readonly isStable: boolean;
  readonly chooseReader: ChooseReader;
  /** Errno names, for example `ENODATA`. A read error with such a name means that the file has no value now. */
  readonly noValueErrnos: ReadonlySet<string>;
  /**
   * Called with the error of each file that an `…IfPresent` method cannot read, and with the error of each row that a
   * parser leaves out.
   */
  readonly report: ReportError;
}

interface AbsentOptions<A> extends ReadOptions {
  readonly absent?: A;
}

/** Paths of a directory, and the result of its last validation. */
interface DirectoryPlace {
  /** Complete path, with a final slash. */
  readonly path: string;
  /** Path relative to the root of the tree, with a final slash. */
  readonly relativePath: string;
  /** Result of an earlier validation. With this result, the cache need not search for the directory. */
  readonly cached?: CachedDir | undefined;
}

/**
 * A directory from which many files are read. The directory is validated once in a pass. Reads from cached descriptors need
 * no path. An object belongs to one pass, because it reports errors to this pass. {@link KernelTree.reopen} returns an
 * object for another pass.
 */
export class KernelDirectory {
  readonly #path: string;
  /** Path relative to the root of the tree. */
  readonly #relativePath: string;
  readonly #options: TreeOptions;
  #cached: CachedDir | undefined;
  /** True if this process may not stat the directory. A read of a file in the directory then reports the reason. */
  #isDenied = false;

  constructor({ path, relativePath, cached }: DirectoryPlace, options: TreeOptions) {
    this.#path = path;
    this.#relativePath = relativePath;
    this.#options = options;
    this.#cached = cached;
    this.#validate();
  }

  /** Returns an object for the same directory with other options. */
  withOptions(options: TreeOptions): KernelDirectory {
    return new KernelDirectory({ path: this.#path, relativePath: this.#relativePath, cached: this.#cached }, options);
  }

  /**
   * Returns the result of {@link statFile} for the directory. Validates the directory if no other call has validated it in
   * this pass.
   */
  stat(): FileInfo | undefined {
    this.#validate();
    return this.#cached === undefined ? statFile(this.#path) : this.#cached.info;
  }

  /** An object that is replaced when the directory changes; `undefined` if the directory is not cached. */
  get identity(): object | undefined {
    return this.#cached;
  }

  /** Returns whether the directory existed when it was validated. */
  exists(): boolean {
    return this.#isDenied || this.#cached !== undefined || pathExists(this.#path);
  }

  /** Reads and parses a file, as {@link KernelTree.readIfPresent} does. */
  readIfPresent<T>(name: string, parse: Parse<T>, options?: ReadOptions): T | undefined {
    const reader = this.#options.chooseReader(this.#relativePath, name);
    const text = this.#read<string, undefined>(name, reader, options);
    return text === undefined ? undefined : this.#parse(name, text, parse);
  }

  /** As {@link KernelTree.readAttribute}; the path is the name of the file. */
  readAttribute<T>({ path: name, parse, absent }: AttributeRead<T>): T | undefined {
    const text = this.#read(name, this.#options.chooseReader(this.#relativePath, name), { absent: null });
    if (text === null) return absent;
    return text === undefined ? undefined : this.#parse(name, text, parse);
  }

  /**
   * Reads a file of up to 4 KiB that usually contains a number. If the file contains only digits and a newline, the number
   * is computed directly from the bytes. Any other text is passed to `parse`. Errors are handled as in {@link
   * KernelDirectory.readIfPresent}.
   */
  readNumberIfPresent<T>(name: string, parse: Parse<T>, options?: ReadOptions): number | T | undefined {
    const value = this.#read<number | string, undefined>(name, readNumber, options);
    return typeof value === 'string' ? this.#parse(name, value, parse) : value;
  }

  #parse<T>(name: string, text: string, parse: Parse<T>): T | undefined {
    const { report, noValueErrnos } = this.#options;
    try {
      return parseAt(this.#path + name, text, parse, report);
    } catch (error) {
      return reportUnlessAbsent(error, noValueErrnos, report);
    }
  }

  /** Returns `absent` for a file that does not exist or has no value now, and `undefined` for a failed read. */
  #read<T, A>(name: string, reader: Reader<T>, options?: AbsentOptions<A>): T | A | undefined {
    if (this.#isAbsent(name, options?.isVersionDependent)) return options?.absent;
    const { cache, report, noValueErrnos } = this.#options;
    const cached = this.#cached;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return cache === undefined || cached === undefined
        ? readUncached(this.#path + name, reader)
        : cache.read(cached, name, reader);
    } catch (error) {
      const reason = toReadError(this.#path + name, error);
      if (cached !== undefined && reason instanceof AbsentError) {
        cached.absent ??= new Set();
        cached.absent.add(name);
      }
      const ignored = options?.ignoreErrno ?? noValueErrnos;
      return isAbsentOr(reason, ignored) ? options?.absent : reportUnlessAbsent(reason, ignored, report);
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  /**
   * Returns whether the cache or a check shows that a file is absent. In a cached directory, only files that were absent
   * before are checked. A check takes a tenth of the time of a failed open.
   */
  #isAbsent(name: string, isVersionDependent = false): boolean {
    const cached = this.#cached;
    if (this.#isDenied || (cached !== undefined && !cached.absent?.has(name))) return false;
    if (isVersionDependent && cached !== undefined) return true;
    if (!pathExists(this.#path + name)) return true;
    cached?.absent?.delete(name);
    return false;
  }

  #validate(): void {
    const { cache, isStable } = this.#options;
    this.#isDenied = false;
    try {
      this.#cached = cache?.validate(this.#path, isStable, this.#cached);
    } catch {
      this.#cached = undefined;
      this.#isDenied = true;
    }
  }
}
