import type { Stats } from 'node:fs';

/** Room for the small files that are read again and again: names, settings, what other programs write. */
const MOST_BYTES = 1024 * 1024;

/** A file that was changed so shortly before it was read may change again without a new time stamp. */
const SETTLED_MS = 1000;

interface Known {
  readonly stats: Stats;
  readonly text: string;
}

/**
 * What mounted files said when they were last read. To ask whether a file is still the same is one call that may wait; to
 * read it is six.
 */
export class ContentCache {
  /** The one that was asked for last stands last. */
  readonly #known = new Map<string, Known>();
  #bytes = 0;

  /** @returns what the file said, when it is the same since */
  find(path: string, stats: Stats): string | undefined {
    const known = this.#known.get(path);
    if (known === undefined || !isSame(known.stats, stats)) return undefined;
    this.#known.delete(path);
    this.#known.set(path, known);
    return known.text;
  }

  /** @param stats of the open file, from before it was read */
  keep(path: string, stats: Stats, text: string): void {
    this.#forget(path);
    if (stats.size > MOST_BYTES || Date.now() - stats.ctimeMs < SETTLED_MS) return;
    this.#known.set(path, { stats, text });
    this.#bytes += stats.size;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    this.#bytes -= this.#known.get(path)?.stats.size ?? 0;
    this.#known.delete(path);
  }
}

/** Whoever writes a file, or puts another one in its place, changes its ctime (inode(7)); nobody can set that. */
function isSame(known: Stats, now: Stats): boolean {
  return (
    known.dev === now.dev &&
    known.ino === now.ino &&
    known.size === now.size &&
    known.mtimeMs === now.mtimeMs &&
    known.ctimeMs === now.ctimeMs
  );
}
