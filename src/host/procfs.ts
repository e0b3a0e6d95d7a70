import { statfsSync } from 'node:fs';

/** File system type that statfs(2) returns for procfs. https://man7.org/linux/man-pages/man2/statfs.2.html */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Returns whether a directory is in a procfs of the kernel. The result is false for a copy of the files of a procfs. */
export function isProcfs(path: string): boolean {
  try {
    return statfsSync(path).type === PROC_SUPER_MAGIC;
  } catch {
    // The directory does not exist.
    return false;
  }
}
