import type { KernelTree } from '../../host/host.ts';
import { memoize } from '../../util/memoize.ts';

/** What block devices are called, each asked for once: `/dev/vda` for `254:0`; a device that has gone keeps its number. */
export function deviceNames(sys: KernelTree): (device: string) => string {
  return memoize((device) => readName(sys, device));
}

/** The link of a device ends in its name, with `!` where that has a slash: `cciss!c0d0`. */
function readName(sys: KernelTree, device: string): string {
  const target = sys.readlink(`dev/block/${device}`);
  if (target === undefined) return device;
  return `/dev/${target.slice(target.lastIndexOf('/') + 1).replaceAll('!', '/')}`;
}
