import { statSync } from 'node:fs';

/** What can be known of a file without opening it. */
export interface FileInfo {
  readonly inode: number;
  /** A folder has one from its parent, one from itself and one from each folder in it; some file systems count none. */
  readonly links: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** What is at a path, all links followed; `undefined` when that is nothing, or nothing that this process may see. */
export function statFile(path: string): FileInfo | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { inode: stats.ino, links: stats.nlink, modified: stats.mtimeMs / 1000 };
  } catch {
    // EACCES, ESRCH of a process that ends now.
    return undefined;
  }
}
