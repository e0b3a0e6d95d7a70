import { basename, dirname } from 'node:path';
import type { KernelTree } from '../../host/host.ts';
import { cleanName } from '../../parse/hwmon.ts';
import { parseText } from '../../parse/lines.ts';

const CLASS = 'class/hwmon';

/**
 * Buses on which a read takes milliseconds, or never ends if the device is stuck: I2C and SMBus (lm75, jc42, pmbus), SPI
 * (lm70), USB and HID (corsair-psu), disks (drivetemp), NVMe, radios (read by their firmware) and the BMC (ibmaem).
 */
const SLOW_BUSES: ReadonlySet<string> = new Set(['hid', 'i2c', 'ieee80211', 'ipmi', 'nvme', 'scsi', 'spi', 'usb']);
/** Chips on other buses that are slow too: the ACPI power meter reads from the BMC. */
const SLOW_CHIPS: ReadonlySet<string> = new Set(['power_meter']);

interface HwmonNode {
  /** Below /sys. */
  readonly path: string;
  /** The name of the device, which is stable, unlike hwmonN. All nodes of a device share it. */
  readonly base: string;
  /** The name that the driver gives; empty if it gives none. */
  readonly name: string;
  readonly hasDevice: boolean;
  /** Whether the sensors must be read asynchronously. */
  readonly isSlow: boolean;
}

export interface HwmonChip extends HwmonNode {
  /** Unique among the chips of the host. */
  readonly label: string;
}

/** Returns the chips of `/sys/class/hwmon`. Chips of one device are distinguished by their names, or else by their nodes. */
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

/** Returns `undefined` for a link that leads nowhere: the device was removed. */
function readNode(sys: KernelTree, path: string): HwmonNode | undefined {
  const realPath = sys.realpath(path);
  if (realPath === undefined) return undefined;
  const device = sys.realpath(`${path}/device`);
  const name = sys.readIfPresent(`${path}/name`, parseText) ?? '';
  const base = (device !== undefined && labelDevice(device)) || cleanName(name) || cleanName(basename(realPath));
  const bus = basename(sys.readlink(`${path}/device/subsystem`) ?? '');
  return { path, base, name, hasDevice: device !== undefined, isSlow: SLOW_BUSES.has(bus) || SLOW_CHIPS.has(name) };
}

/** `platform_coretemp_0` for `/sys/devices/platform/coretemp.0` */
function labelDevice(path: string): string {
  return [dirname(path), path]
    .map((part) => cleanName(basename(part)))
    .filter((part) => part !== '')
    .join('_');
}
