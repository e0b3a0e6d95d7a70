import { basename, dirname } from 'node:path';
import { AbsentError, type KernelTree } from '../../host/host.ts';
import { type PciLocation, parsePciLocation, parseRegister } from '../../parse/pci.ts';

export interface PciDevice {
  /** Path relative to `/sys`. */
  readonly path: string;
  readonly location: PciLocation;
  /** Labels of the device; `undefined` if an ID cannot be read. */
  readonly identity: PciIdentity | undefined;
}

/** The labels of a PCI device. */
export interface PciIdentity {
  /** Location of the device above this device, such as a bridge; `undefined` for a device on a root bus or without a link. */
  readonly parent: PciLocation | undefined;
  readonly ids: PciDeviceIds;
}

/** Values of the ID registers of a PCI device in hexadecimal, such as `0x8086`. The keys are the names of the labels. */
export interface PciDeviceIds {
  readonly class_id: string;
  readonly vendor_id: string;
  readonly device_id: string;
  readonly subsystem_vendor_id: string;
  readonly subsystem_device_id: string;
  readonly revision: string;
}

/**
 * Reads a device of `/sys/bus/pci/devices`.
 *
 * @param path symbolic link to the device, relative to `/sys`; the target of the link contains the parent of the device
 * @throws {AbsentError} when the device no longer exists
 */
export function readDevice(sys: KernelTree, path: string): PciDevice {
  const location = parsePciLocation(basename(path));
  const target = sys.readlink(path);
  if (target === undefined && !sys.exists(path)) {
    throw new AbsentError(`Cannot find ${sys.path(path)}: the device was removed`);
  }
  const ids = readIds(sys, path);
  return {
    path,
    location,
    identity: ids === undefined ? undefined : { parent: parentOf(target), ids },
  };
}

/** @param target target of the link to the device; `undefined` for a directory in a copy of sysfs, which has no links */
function parentOf(target: string | undefined): PciLocation | undefined {
  if (target === undefined) return undefined;
  const parent = basename(dirname(target));
  return /^[0-9a-f]+:/.test(parent) ? parsePciLocation(parent) : undefined;
}

/** Returns `undefined` if a register cannot be read. A register that the kernel does not show is an empty text. */
function readIds(sys: KernelTree, path: string): PciDeviceIds | undefined {
  const read = (name: string): string | undefined =>
    sys.readAttribute({ path: `${path}/${name}`, parse: parseRegister, absent: '' });
  const ids = {
    class_id: read('class'),
    vendor_id: read('vendor'),
    device_id: read('device'),
    subsystem_vendor_id: read('subsystem_vendor'),
    subsystem_device_id: read('subsystem_device'),
    // The attribute exists since Linux 4.10.
    revision: read('revision'),
  };
  return Object.values(ids).includes(undefined) ? undefined : (ids as PciDeviceIds);
}
