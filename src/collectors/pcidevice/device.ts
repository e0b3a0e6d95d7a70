import { basename, dirname } from 'node:path';
import { AbsentError, type KernelTree } from '../../host/host.ts';
import { parseText } from '../../parse/lines.ts';
import { type PciLocation, parsePciLocation, parseRegister } from '../../parse/pci.ts';
import { NUMBERS } from './families.ts';

export interface PciDevice {
  readonly location: PciLocation;
  /** Location of the device above this device, such as a bridge; `undefined` for a device on a root bus. */
  readonly parent: PciLocation | undefined;
  readonly ids: PciDeviceIds;
  /** Values of the attributes in {@link NUMBERS}, in the same order. */
  readonly numbers: readonly (number | undefined)[];
  readonly powerState: string | undefined;
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
  const target = sys.readlink(path);
  if (target === undefined) throw new AbsentError(`Cannot find ${sys.path(path)}: the device was removed`);
  const parent = basename(dirname(target));
  const attributes = new Set(sys.list(path));
  const find = <T>(name: string, parse: (text: string) => T): T | undefined =>
    attributes.has(name) ? sys.readIfPresent(`${path}/${name}`, parse) : undefined;
  return {
    location: parsePciLocation(basename(target)),
    parent: /^[0-9a-f]+:/.test(parent) ? parsePciLocation(parent) : undefined,
    ids: readIds(sys, path),
    // The number is `undefined` for an attribute that exists but cannot be read, and `missing` for an attribute that does
    // not exist.
    numbers: NUMBERS.map(({ attribute, parse, missing }) =>
      attributes.has(attribute) ? find(attribute, (text) => parse(text) ?? missing) : missing,
    ),
    powerState: find('power_state', parseText) || undefined,
  };
}

function readIds(sys: KernelTree, path: string): PciDeviceIds {
  const read = (name: string): string => sys.read(`${path}/${name}`, parseRegister);
  return {
    class_id: read('class'),
    vendor_id: read('vendor'),
    device_id: read('device'),
    subsystem_vendor_id: read('subsystem_vendor'),
    subsystem_device_id: read('subsystem_device'),
    revision: read('revision'),
  };
}
