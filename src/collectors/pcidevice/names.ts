import { type Host, optionalAsync } from '../../host/host.ts';
import { parsePciIds } from '../../parse/pci-ids.ts';
import type { PciDeviceIds } from './device.ts';

const FILES = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'];

/** Names of vendors, devices and classes. The keys have the form that {@link parsePciIds} requires. */
export type PciNames = ReadonlyMap<string, string>;

/**
 * Returns a function that reads the names of devices from pci.ids. The file has 40,000 lines, so it is read again only if
 * the host has other kinds of devices than in the previous pass.
 *
 * @param file path of pci.ids; empty for the default paths on the host
 */
export function createNameReader(file: string): (host: Host, devices: readonly PciDeviceIds[]) => Promise<PciNames> {
  let last: { readonly key: string; readonly names: PciNames } = { key: '', names: new Map() };
  return async (host, devices) => {
    const wanted = new Set(devices.flatMap((ids) => Object.values(keysOf(ids))));
    const key = [...wanted].join();
    if (key !== last.key) last = { key, names: await readNames(host, file, wanted) };
    return last.names;
  };
}

async function readNames(host: Host, file: string, wanted: ReadonlySet<string>): Promise<PciNames> {
  const parse = (ids: string): PciNames => parsePciIds(ids, wanted);
  if (file !== '') return host.files.read(file, parse);
  for (const path of FILES) {
    const names = await optionalAsync(host.rootfs.read(path, parse));
    if (names !== undefined) return names;
  }
  return new Map();
}

interface PciNameKeys {
  readonly interface: string;
  readonly subclass: string;
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  readonly subsystemVendor: string;
  readonly subsystem: string;
}

function keysOf(ids: PciDeviceIds): PciNameKeys {
  const code = digitsOf(ids.class_id);
  const vendor = digitsOf(ids.vendor_id);
  const device = digitsOf(ids.device_id);
  const subsystemVendor = digitsOf(ids.subsystem_vendor_id);
  return {
    interface: `C${code}`,
    subclass: `C${code.slice(0, 4)}`,
    class: `C${code.slice(0, 2)}`,
    vendor,
    device: `${vendor}:${device}`,
    subsystemVendor,
    subsystem: `${vendor}:${device}:${subsystemVendor}:${digitsOf(ids.subsystem_device_id)}`,
  };
}

/** Returns `8086` for `0x8086`. */
function digitsOf(register: string): string {
  return register.slice('0x'.length);
}

interface PciNameLabels {
  readonly vendor_name: string | undefined;
  readonly device_name: string | undefined;
  readonly subsystem_vendor_name: string | undefined;
  readonly subsystem_device_name: string | undefined;
  readonly class_name: string | undefined;
}

/**
 * Returns the names of a device as labels. An ID replaces each name that pci.ids lacks.
 *
 * @param names if `undefined`, all labels are `undefined`
 */
export function nameLabels(ids: PciDeviceIds, names: PciNames | undefined): PciNameLabels {
  const keys = keysOf(ids);
  const label = (key: string, fallback: string): string | undefined =>
    names === undefined ? undefined : (names.get(key) ?? fallback);
  return {
    vendor_name: label(keys.vendor, keys.vendor),
    device_name: label(keys.device, digitsOf(ids.device_id)),
    subsystem_vendor_name: label(keys.subsystemVendor, keys.subsystemVendor),
    subsystem_device_name: label(keys.subsystem, digitsOf(ids.subsystem_device_id)),
    class_name:
      names?.get(keys.interface) ??
      names?.get(keys.subclass) ??
      label(keys.class, `Unknown class (${digitsOf(ids.class_id)})`),
  };
}
