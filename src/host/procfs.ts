import { statfsSync } from 'node:fs';

/** https://man7.org/linux/man-pages/man2/statfs.2.html */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Whether a folder is the kernel's own procfs, and no copy of one. */
export function isProcfs(path: string): boolean {
  try {
    return statfsSync(path).type === PROC_SUPER_MAGIC;
  } catch {
    // What is not there is no procfs.
    return false;
  }
}
