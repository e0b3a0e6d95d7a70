import type { KernelTree } from '../../host/host.ts';
import { memoize } from '../../util/memoize.ts';

/** Returns the name of a block device: `/dev/vda` for `254:0`. A device that was removed keeps its number as name. */
export type DeviceName = (device: string) => string;

/** Returns a function that reads the name of each device once. */
export function createDeviceName(sys: KernelTree): DeviceName {
  return memoize((device) => readDeviceName(sys, device));
}

/** The link of a device ends in its name, with `!` in place of `/`: `cciss!c0d0`. */
function readDeviceName(sys: KernelTree, device: string): string {
  const target = sys.readlink(`dev/block/${device}`);
  if (target === undefined) return device;
  return `/dev/${target.slice(target.lastIndexOf('/') + 1).replaceAll('!', '/')}`;
}
