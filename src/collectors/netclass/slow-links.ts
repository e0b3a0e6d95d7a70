import { basename } from 'node:path';
import type { KernelTree } from '../../host/host.ts';
import { WeakMemo } from '../../util/memoize.ts';

/**
 * Drivers that query the firmware of the card at every read of speed or duplex: Chelsio, Amazon, Huawei, NVIDIA and
 * Solarflare. Other drivers return a cached value or read a register.
 */
const SLOW_DRIVERS: ReadonlySet<string> = new Set(['cxgb4', 'ena', 'hinic', 'mlx4_core', 'mlx5_core', 'sfc']);

/** Buses whose devices all query the hardware over the bus. */
const SLOW_BUSES: ReadonlySet<string> = new Set(['sdio', 'usb']);

/** `lower_eth0` is the link from a device to the device below it. */
const LOWER = 'lower_';

/**
 * Finds the devices with a slow link, for one pass.
 *
 * @param parent the directory of the devices below `/sys`
 * @param names all devices in it
 * @returns a predicate: whether reading speed and duplex of a device may block
 */
type FindSlowLinks = (sys: KernelTree, parent: string, names: readonly string[]) => (name: string) => boolean;

/**
 * Returns a function that finds the devices whose speed and duplex come from slow hardware: devices with a slow driver,
 * and devices stacked on one of them. The driver of a device never changes and is memoized. The stacking may change at
 * any time and is read in each pass, but only on hosts with a slow driver.
 */
export function createSlowLinkFinder(): FindSlowLinks {
  /** Whether a device has a slow driver, by the identity of its directory. */
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
    // Reading the device reports the error, unless a flag excludes the device.
    return false;
  }
}

function hasSlowDriver(sys: KernelTree, path: string): boolean {
  if (!sys.exists(`${path}/device`)) return false;
  const driver = basename(sys.readlink(`${path}/device/driver`) ?? '');
  return SLOW_DRIVERS.has(driver) || SLOW_BUSES.has(basename(sys.readlink(`${path}/device/subsystem`) ?? ''));
}

/** VLANs, bridges and bonds query the devices below them, as does the virtual card that hides a real one in a cloud. */
function isStackedOnSlow(sys: KernelTree, path: string): boolean {
  return sys
    .listIfPresent(path)
    .filter((entry) => entry.startsWith(LOWER))
    .map((entry) => `${path}/${entry}`)
    .some((lower) => hasSlowDriver(sys, lower) || isStackedOnSlow(sys, lower));
}
