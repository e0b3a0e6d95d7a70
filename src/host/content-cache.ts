import type { Stats } from 'node:fs';

/** Maximum size of all cached texts: enough for the small files that each pass reads, such as settings and host names. */
const MAX_BYTES = 1024 * 1024;

/** A file that changed more recently than this may change again without a new time stamp, so its text is not cached. */
const SETTLED_MS = 1000;

interface CachedContent {
  readonly stats: Stats;
  readonly text: string;
}

/**
 * Caches the texts of files that may be on a slow disk. Only one asynchronous call is necessary to check whether a file has
 * changed, but six calls to read the file.
 */
export class ContentCache {
  /** The least recently used entry comes first. */
  readonly #entries = new Map<string, CachedContent>();
  #bytes = 0;

  /**
   * Returns the text of a file, or `undefined` if the file has changed since {@link ContentCache.set}.
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
    if (stats.size > MAX_BYTES || Date.now() - stats.ctimeMs < SETTLED_MS) return;
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

/** Compares the ctime too: each write and each replacement of a file changes it, and no program can set it (inode(7)). */
function isSame(before: Stats, now: Stats): boolean {
  return (
    before.dev === now.dev &&
    before.ino === now.ino &&
    before.size === now.size &&
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs
  );
}
