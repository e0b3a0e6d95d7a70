import type { KernelTree } from '../../host/host.ts';
import { memoize } from '../../util/memoize.ts';

/** Returns the name of a block device: `/dev/vda` for `254:0`. Returns the device number if the device was removed. */
export type DeviceName = (device: string) => string;

/** Returns a function that reads the name of each device once and caches it. */
export function createDeviceName(sys: KernelTree): DeviceName {
  return memoize((device) => readDeviceName(sys, device));
}

/**
 * Reads the name from a link in sysfs. The last component of the link is the name. In this component, the kernel replaces
 * `/` with `!`: `cciss!c0d0`.
 */
function readDeviceName(sys: KernelTree, device: string): string {
  const target = sys.readlink(`dev/block/${device}`);
  if (target === undefined) return device;
  return `/dev/${target.slice(target.lastIndexOf('/') + 1).replaceAll('!', '/')}`;
}
