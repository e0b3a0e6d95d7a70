import { basename } from 'node:path';
import type { KernelTree } from '../../host/host.ts';
import { WeakMemo } from '../../util/memoize.ts';

/**
 * Drivers of virtual machines that return speed and duplex from memory. All other drivers of hardware may wait: they query
 * the firmware (mlx5, ena, ice), a PHY (r8169) or a USB device, or wake the card first (igb, e1000e).
 */
const FAST_DRIVERS: ReadonlySet<string> = new Set(['virtio_net', 'vmxnet3', 'vif', 'hv_netvsc']);

/** Prefix of the links from a device to the devices above it: the directory of a bonded card contains `upper_bond0`. */
const UPPER = 'upper_';

/** Part of the path of a device without hardware: `../../devices/virtual/net/bond0`. */
const VIRTUAL = '/virtual/';

/**
 * Maximum number of devices of unknown kind whose links are read asynchronously. Only a sandbox or a copy of sysfs shows
 * neither the driver nor the path of a device.
 */
const MAX_UNKNOWN = 16;

/**
 * - `slow`: reading speed and duplex may wait for hardware
 * - `fast`: the driver returns speed and duplex from memory
 * - `virtual`: a device without hardware, which may query the devices below it
 * - `unknown`: sysfs shows neither a driver nor the path of the device
 */
type LinkKind = 'slow' | 'fast' | 'virtual' | 'unknown';

/**
 * Finds the devices with a slow link. Called once per pass.
 *
 * @param parent directory of the devices, relative to `/sys`
 * @param names names of all devices in the directory
 * @returns the devices whose links are read asynchronously
 */
type FindSlowLinks = (sys: KernelTree, parent: string, names: readonly string[]) => ReadonlySet<string>;

/**
 * Returns a function that finds the devices whose speed and duplex come from hardware: cards and the devices stacked on
 * them, such as VLANs, bridges and bonds. A device never changes its kind, so the kind is memoized. A device may be stacked
 * on other devices at any time, so each pass lists the devices above the cards.
 */
export function createSlowLinkFinder(): FindSlowLinks {
  /** Kinds of devices, memoized by the identity of the device's directory. */
  const kinds = new WeakMemo<LinkKind>();
  return (sys, parent, names) => {
    const ofKind = Map.groupBy(names, (name) => kindOfMemoized(sys, `${parent}/${name}`, kinds));
    const unknown = ofKind.get('unknown') ?? [];
    const slow = new Set(ofKind.get('slow'));
    if (unknown.length <= MAX_UNKNOWN) for (const name of unknown) slow.add(name);
    // The loop also visits the devices that it adds, because a VLAN may be on a bond of cards.
    for (const name of slow) for (const upper of listUpper(sys, `${parent}/${name}`)) slow.add(upper);
    return slow;
  };
}

function kindOfMemoized(sys: KernelTree, path: string, kinds: WeakMemo<LinkKind>): LinkKind {
  try {
    return kinds.get(sys.directory(path).identity, () => kindOf(sys, path)) ?? 'unknown';
  } catch {
    // The error is reported when the device is read, unless a flag excludes the device.
    return 'unknown';
  }
}

function kindOf(sys: KernelTree, path: string): LinkKind {
  if (sys.exists(`${path}/device`)) {
    return FAST_DRIVERS.has(basename(sys.readlink(`${path}/device/driver`) ?? '')) ? 'fast' : 'slow';
  }
  return sys.readlink(path)?.includes(VIRTUAL) === true ? 'virtual' : 'unknown';
}

function listUpper(sys: KernelTree, path: string): readonly string[] {
  try {
    return sys.list(path).flatMap((entry) => (entry.startsWith(UPPER) ? [entry.slice(UPPER.length)] : []));
  } catch {
    // The error is reported when the device is read, unless a flag excludes the device.
    return [];
  }
}
