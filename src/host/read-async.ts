/** Asynchronous reads of files that may be on a slow disk or belong to a slow device. Each read has a maximum size. */
import { close, constants, open, read, type Stats, stat } from 'node:fs';
import { type FileHandle, lstat, opendir, open as openFile, realpath } from 'node:fs/promises';
import type { ContentCache } from './content-cache.ts';
import { ReadError, toReadError } from './errors.ts';
import { ATTRIBUTE_BYTES, FILE_LIMIT, OPEN_FLAGS } from './read-sync.ts';
import { decodeContent, decodeUtf8 } from './utf8.ts';

/** The text of a file and the time of its last change, both from one read. */
export interface FileText {
  readonly text: string;
  /** Time of the last change, as Unix time in seconds. */
  readonly modified: number;
}

/** A regular file, whose path contains no symbolic link at its end. */
export interface RegularFile {
  readonly path: string;
  /** Size in bytes when the file was found. */
  readonly size: number;
}

interface ReadTextOptions {
  /** Cache of the texts of unchanged files. */
  readonly cache?: ContentCache | undefined;
  /** Maximum size in bytes. Default: {@link FILE_LIMIT}. */
  readonly maxBytes?: number | undefined;
}

/** Returns the text of a regular file. */
export async function readText(path: string, { cache, maxBytes = FILE_LIMIT }: ReadTextOptions): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // The type is checked before the file is opened: opening some devices starts an action.
    const before = await statAsync(path);
    requireRegular(path, before);
    const text = cache?.get(path, before);
    if (text !== undefined) return text;
    file = await openFile(path, OPEN_FLAGS);
    const stats = await file.stat();
    const content = await readHandle(file, stats.size, maxBytes);
    cache?.set(path, stats, content);
    return content;
  } catch (error) {
    throw error instanceof ReadError ? error : toReadError(path, error);
  } finally {
    await file?.close();
  }
}

/** Reads a file that {@link resolveFile} has found. Fails if the path has become a symbolic link. */
export async function readResolved(path: string, limit: number): Promise<FileText> {
  let file: FileHandle | undefined;
  try {
    file = await openFile(path, OPEN_FLAGS | constants.O_NOFOLLOW);
    const stats = await file.stat();
    requireRegular(path, stats);
    return { text: await readHandle(file, stats.size, limit), modified: stats.mtimeMs / 1000 };
  } catch (error) {
    throw error instanceof ReadError ? error : toReadError(path, error);
  } finally {
    await file?.close();
  }
}

/** Code of the error for a symbolic link that leads out of its directory. */
export const LINK_OUT = 'LINK_OUT';

/**
 * Finds a regular file and follows a symbolic link.
 *
 * @param within directory that must contain the target of a link; `undefined` if a link may lead anywhere
 */
export async function resolveFile(path: string, within: string | undefined): Promise<RegularFile> {
  try {
    const stats = await lstat(path);
    if (!stats.isSymbolicLink()) return toRegularFile(path, stats);
    const target = await realpath(path);
    if (within !== undefined && !target.startsWith(`${await realpath(within)}/`)) {
      throw new ReadError(`Cannot read ${path}: the link leads out of its directory`, { code: LINK_OUT });
    }
    return toRegularFile(target, await lstat(target), path);
  } catch (error) {
    throw error instanceof ReadError ? error : toReadError(path, error);
  }
}

function toRegularFile(path: string, stats: Stats, shownPath = path): RegularFile {
  requireRegular(shownPath, stats);
  return { path, size: stats.size };
}

function requireRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new ReadError(`Cannot read ${path}: not a regular file`, {});
}

/** Size of the first read of a file whose size is unknown: files of procfs have the size 0. */
const MIN_READ_BYTES = 4096;

/** Bytes to read beyond the expected end. Some files of procfs accept only multiples of 8 bytes. */
const READ_AHEAD_BYTES = 8;

/** @throws {RangeError} if the file is larger than `limit` bytes. The file may grow while it is read. */
async function readHandle(file: FileHandle, size: number, limit: number): Promise<string> {
  const tooLarge = (): RangeError => new RangeError(`larger than ${limit} bytes`);
  if (size > limit) throw tooLarge();
  let buffer = Buffer.allocUnsafe(Math.min(Math.max(size, MIN_READ_BYTES), limit) + READ_AHEAD_BYTES);
  for (let length = 0; ; ) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return decodeUtf8(buffer, length);
    length += bytesRead;
    if (length > limit) throw tooLarge();
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(buffer.length * 2, limit + READ_AHEAD_BYTES));
      buffer.copy(larger);
      buffer = larger;
    }
  }
}

/** Maximum number of entries of a directory. To list and sort 20,000 entries takes 30 ms. */
const MAX_ENTRIES = 20_000;

/** Number of entries that are read at a time. */
const ENTRIES_PER_READ = 1024;

/** Returns the names in a directory, ordered by their bytes. */
export async function listNames(path: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name } of await opendir(path, { bufferSize: ENTRIES_PER_READ })) {
      names.push(name);
      if (names.length > MAX_ENTRIES) throw new RangeError(`more than ${MAX_ENTRIES} entries`);
    }
    return names.sort();
  } catch (error) {
    throw toReadError(path, error);
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
 * Reads a sysfs attribute through the callback API: to open and close a file handle of the promise API costs twice as much
 * as the read.
 */
export function readAttribute(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    open(path, OPEN_FLAGS, (openError, descriptor) => {
      if (openError !== null) {
        reject(toReadError(path, openError));
        return;
      }
      read(descriptor, Buffer.allocUnsafe(ATTRIBUTE_BYTES), 0, ATTRIBUTE_BYTES, 0, (readError, length, buffer) => {
        close(descriptor, () => {
          if (readError !== null) reject(toReadError(path, readError));
          else resolve(decodeContent(buffer, length));
        });
      });
    });
  });
}
