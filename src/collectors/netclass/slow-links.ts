import { basename } from 'node:path';
import type { KernelTree } from '../../host/host.ts';
import { WeakMemo } from '../../util/memoize.ts';

/**
 * Drivers that query the firmware of the card at every read of speed or duplex: Chelsio, Amazon, Huawei, NVIDIA and
 * Solarflare. Most other drivers return a cached value or read a register.
 */
const SLOW_DRIVERS: ReadonlySet<string> = new Set(['cxgb4', 'ena', 'hinic', 'mlx4_core', 'mlx5_core', 'sfc']);

/** Buses whose devices all query the hardware over the bus. */
const SLOW_BUSES: ReadonlySet<string> = new Set(['sdio', 'usb']);

/** Prefix of the symbolic links from a device to the devices below it: the directory of a bond contains `lower_eth0`. */
const LOWER = 'lower_';

/**
 * Finds the devices with a slow link. Called once per pass.
 *
 * @param parent directory of the devices, relative to `/sys`
 * @param names names of all devices in the directory
 * @returns a function that returns true for a device if reading its speed and duplex may block
 */
type FindSlowLinks = (sys: KernelTree, parent: string, names: readonly string[]) => (name: string) => boolean;

/**
 * Returns a function that finds the devices whose speed and duplex come from slow hardware: devices with a slow driver,
 * and devices stacked on one of them. A device never changes its driver, so it is memoized whether the driver is slow. A
 * device may be stacked on other devices at any time, so each pass reads the stacking, but only on hosts with a slow driver.
 */
export function createSlowLinkFinder(): FindSlowLinks {
  /** Whether a device has a slow driver, memoized by the identity of the device's directory. */
  const isSlow = new WeakMemo<boolean>();
  return (sys, parent, names) => {
    const pathOf = (name: string): string => `${parent}/${name}`;
    const slow = new Set(names.filter((name) => hasSlowDriverMemoized(sys, pathOf(name), isSlow)));
    return (name) => slow.has(name) || (slow.size > 0 && isStackedOnSlow(sys, pathOf(name)));
  };
}

function hasSlowDriverMemoized(sys: KernelTree, path: string, isSlow: WeakMemo<boolean>): boolean {
  try {
    return isSlow.get(sys.directory(path).identity, () => hasSlowDriver(sys, path)) ?? false;
  } catch {
    // The error is ignored here, because readDevice() reports the problem unless a flag excludes the device.
    return false;
  }
}

function hasSlowDriver(sys: KernelTree, path: string): boolean {
  if (!sys.exists(`${path}/device`)) return false;
  const driver = basename(sys.readlink(`${path}/device/driver`) ?? '');
  return SLOW_DRIVERS.has(driver) || SLOW_BUSES.has(basename(sys.readlink(`${path}/device/subsystem`) ?? ''));
}

/**
 * Returns whether a device is stacked on a slow device. VLANs, bridges, bonds, and virtual network cards that use a real
 * card take their speed and duplex from the devices below them.
 */
function isStackedOnSlow(sys: KernelTree, path: string): boolean {
  return sys
    .listIfPresent(path)
    .filter((entry) => entry.startsWith(LOWER))
    .map((entry) => `${path}/${entry}`)
    .some((lower) => hasSlowDriver(sys, lower) || isStackedOnSlow(sys, lower));
}
