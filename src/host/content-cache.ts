import type { Stats } from 'node:fs';
import { isSettled } from './stat.ts';

/**
 * Maximum total size of the cached texts: enough for the small files that each pass reads, such as settings and host names.
 */
const MAX_BYTES = 1024 * 1024;

interface CachedContent {
  readonly stats: Stats;
  readonly text: string;
}

/**
 * Caches the texts of files that may be on a slow disk. To check a file for changes takes one asynchronous call. To read
 * the file takes six.
 */
export class ContentCache {
  /** Cached texts by path, the least recently used text first. */
  readonly #entries = new Map<string, CachedContent>();
  #bytes = 0;

  /**
   * Returns the cached text of a file; `undefined` if no text is cached or the file has changed since.
   *
   * @param stats current properties of the file
   */
  get(path: string, stats: Stats): string | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined || !isSame(entry.stats, stats)) return undefined;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry.text;
  }

  /** @param stats properties of the open file before it was read */
  set(path: string, stats: Stats, text: string): void {
    this.#delete(path);
    if (stats.size > MAX_BYTES || !isSettled(stats.ctimeMs)) return;
    this.#entries.set(path, { stats, text });
    this.#bytes += stats.size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#delete(oldest);
    }
  }

  #delete(path: string): void {
    this.#bytes -= this.#entries.get(path)?.stats.size ?? 0;
    this.#entries.delete(path);
  }
}

/**
 * Returns whether a file is unchanged. The ctime is compared too: each write and each replacement of a file changes the
 * ctime, and no program can set it (inode(7)).
 */
function isSame(before: Stats, now: Stats): boolean {
  return (
    before.dev === now.dev &&
    before.ino === now.ino &&
    before.size === now.size &&
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs
  );
}
