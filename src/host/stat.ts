import { existsSync, type Stats, statSync } from 'node:fs';

/** Properties of a file or directory from stat(2), which does not open the file. */
export interface FileInfo {
  readonly inode: number;
  /** Number of hard links. For a directory, most file systems report 2 plus the number of its subdirectories. */
  readonly links: number;
  /** Time of the last change, as Unix time in seconds. */
  readonly modified: number;
  /**
   * Size in bytes. For `/proc/<pid>/fd`, the size is the number of open descriptors since Linux 6.2, and 0 in older
   * kernels.
   */
  readonly size: number;
}

/**
 * Returns the properties of a file, or of the target of a symbolic link. Returns `undefined` if the file does not exist or
 * this process may not stat it.
 */
export function statFile(path: string): FileInfo | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && toFileInfo(stats);
  } catch {
    // The error is EACCES, or ESRCH if the path belongs to a process that is ending.
    return undefined;
  }
}

/** Returns whether a path is a directory, device, pipe or socket; `false` if it does not exist. */
export function isSpecialFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

/** Returns whether a path exists. Returns true if the check fails, because the read of the path then reports the reason. */
export function pathExists(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    // The permission model of Node.js refuses the check.
    return true;
  }
}

const READABLE = 0o444;

/** Returns whether the mode of a file allows no user to read the file; `false` if this process cannot stat the file. */
export function isWriteOnly(path: string): boolean {
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    return mode !== undefined && (mode & READABLE) === 0;
  } catch {
    return false;
  }
}

/** Time in milliseconds in which a file or directory may change again without a new time stamp. */
const SETTLED_MS = 1000;

/**
 * Returns whether a later change gets another time stamp. The clock for time stamps may advance only at each timer tick of
 * the kernel, every 1 to 10 ms. Times in the future count as settled: the clock was set back, so a later change gets an
 * earlier time stamp.
 *
 * @param changedMs time of the last change, as Unix time in milliseconds
 */
export function isSettled(changedMs: number): boolean {
  return Math.abs(Date.now() - changedMs) >= SETTLED_MS;
}

export function toFileInfo({ ino, nlink, mtimeMs, size }: Stats): FileInfo {
  return { inode: ino, links: nlink, modified: mtimeMs / 1000, size };
}
