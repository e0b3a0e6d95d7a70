import type { KernelTree } from '../host/host.ts';

/**
 * Returns the number of open file descriptors of this process. Since Linux 6.2, this number is the size of the directory
 * `fd`. On older kernels, the size is 0, and this function counts the entries of the directory. To list thousands of
 * entries takes longer than a scrape of a small host.
 *
 * @param self `/proc/self`
 */
export function countOpenFiles(self: KernelTree): number {
  return self.stat('fd')?.size || self.listIfPresent('fd').length;
}
