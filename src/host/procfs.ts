import { statfsSync } from 'node:fs';

/** Type of procfs in the result of statfs(2). https://man7.org/linux/man-pages/man2/statfs.2.html */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Returns whether a directory is in a procfs of the kernel, and not in a copy of its files. */
export function isProcfs(path: string): boolean {
  try {
    return statfsSync(path).type === PROC_SUPER_MAGIC;
  } catch {
    // The directory does not exist.
    return false;
  }
}
