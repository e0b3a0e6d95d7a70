import type { KernelTree } from '../host/host.ts';

/**
 * Returns the number of open file descriptors of this process. The size of the directory `fd` is that number since Linux 6.2,
 * and 0 before. To list thousands of descriptors takes longer than a scrape of a small host.
 *
 * @param self `/proc/self`
 */
export function countOpenFiles(self: KernelTree): number {
  return self.stat('fd')?.size || self.listIfPresent('fd').length;
}
