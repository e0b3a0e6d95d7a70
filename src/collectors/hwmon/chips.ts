import { basename, dirname } from 'node:path';
import type { KernelTree } from '../../host/host.ts';
import { cleanName } from '../../parse/hwmon.ts';
import { parseText } from '../../parse/lines.ts';

const CLASS = 'class/hwmon';

/**
 * Buses on which a read takes milliseconds, or never returns if the device hangs: I2C and SMBus (lm75, jc42, pmbus), SPI
 * (lm70), USB and HID (corsair-psu), disks (drivetemp), NVMe, wireless adapters and the BMC (ibmaem).
 */
const SLOW_BUSES: ReadonlySet<string> = new Set(['hid', 'i2c', 'ieee80211', 'ipmi', 'nvme', 'scsi', 'spi', 'usb']);
/** Names of slow chips on other buses: the ACPI power meter reads from the BMC. */
const SLOW_CHIPS: ReadonlySet<string> = new Set(['power_meter']);

interface HwmonNode {
  /** Path of the node in `/sys/class/hwmon`, relative to `/sys`. */
  readonly path: string;
  /** Name of the device, which all nodes of the device share. Unlike the name of a node (`hwmon0`), it is stable. */
  readonly base: string;
  /** Name of the chip from the file `name` of the node; empty if the file is absent. */
  readonly name: string;
  readonly hasDevice: boolean;
  /** Whether the sensors must be read asynchronously. */
  readonly isSlow: boolean;
}

export interface HwmonChip extends HwmonNode {
  /** Label of the chip; unique on the host. */
  readonly label: string;
}

/**
 * Returns the chips in `/sys/class/hwmon`. The label of a chip is the name of its device. If the device has several chips,
 * a suffix is added: the name of the chip, or the name of the node if another chip of the device has the same name.
 */
export function listChips(sys: KernelTree): HwmonChip[] {
  const nodes = sys.list(CLASS).flatMap((name) => readNode(sys, `${CLASS}/${name}`) ?? []);
  return nodes.map((node) => {
    const siblings = nodes.filter(({ base }) => base === node.base);
    if (siblings.length === 1) return { ...node, label: node.base };
    const isNameUnique = siblings.filter(({ name }) => name === node.name).length === 1;
    const suffix = (isNameUnique && cleanName(node.name)) || cleanName(basename(node.path));
    return { ...node, label: `${node.base}_${suffix}` };
  });
}

/** Reads a node. Returns `undefined` if the device was removed and the link to it is broken. */
function readNode(sys: KernelTree, path: string): HwmonNode | undefined {
  const realPath = sys.realpath(path);
  if (realPath === undefined) return undefined;
  const device = sys.realpath(`${path}/device`);
  const name = sys.readIfPresent(`${path}/name`, parseText) ?? '';
  const base = (device !== undefined && labelDevice(device)) || cleanName(name) || cleanName(basename(realPath));
  const bus = basename(sys.readlink(`${path}/device/subsystem`) ?? '');
  return { path, base, name, hasDevice: device !== undefined, isSlow: SLOW_BUSES.has(bus) || SLOW_CHIPS.has(name) };
}

/** Returns the label of a device: `platform_coretemp_0` for `/sys/devices/platform/coretemp.0`. */
function labelDevice(path: string): string {
  return [dirname(path), path]
    .map((part) => cleanName(basename(part)))
    .filter((part) => part !== '')
    .join('_');
}
