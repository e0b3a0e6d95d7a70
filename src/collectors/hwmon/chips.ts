import { basename, dirname } from 'node:path';
import { attempt } from '../../collection/collector.ts';
import { type Host, optional } from '../../host/host.ts';
import { cleanName } from '../../parse/hwmon.ts';
import { parseText } from '../../parse/lines.ts';

const CLASS = 'class/hwmon';

/**
 * Names of chips whose reads take microseconds: coretemp reads a register of the CPU, the other chips read a register over
 * PCI.
 *
 * The reads of all other chips may wait, or never return if the device is stuck. They wait for a transfer on I2C, SPI, USB
 * or HID (lm75, pmbus, corsair-psu), an ACPI method or the embedded controller (acpitz, asus, dell_smm, thinkpad), the BMC
 * (ibmaem, power_meter), the firmware of a card (amdgpu, nvme, mlx5, iwlwifi, mt7915), a disk (drivetemp), or a lock that
 * the driver holds during a measurement (nct6775, it87).
 */
const FAST_CHIPS: ReadonlySet<string> = new Set(['coretemp', 'fam15h_power', 'k10temp', 'k8temp']);

/** Buses on which a stuck device blocks the other devices of the bus. */
const SHARED_BUSES: ReadonlySet<string> = new Set(['i2c', 'spi']);

interface HwmonNode {
  /** Path of the node in `/sys/class/hwmon`, relative to `/sys`. */
  readonly path: string;
  /** Name of the device, which all nodes of the device share. Unlike the name of a node (`hwmon0`), it is stable. */
  readonly base: string;
  /** Name of the chip from the file `name` of the node; empty if the file is absent, `undefined` if it cannot be read. */
  readonly name: string | undefined;
  readonly hasDevice: boolean;
  /**
   * Path of the device or bus that answers the reads; `undefined` if the reads do not wait. The chips with the same
   * path are read in one call of `readEachIfPresent()`.
   */
  readonly slowDevice: string | undefined;
}

export interface HwmonChip extends HwmonNode {
  /** Label of the chip; unique on the host. */
  readonly label: string;
}

/**
 * Returns the chips in `/sys/class/hwmon`. The label of a chip is the name of its device. If the device has several chips,
 * a suffix is added: the name of the chip, or the name of its node (`hwmon0`) if another chip of the device has the same
 * name.
 */
export function listChips(host: Host): HwmonChip[] {
  const nodes = host.sys.list(CLASS).flatMap((name) => attempt(host, () => readNode(host, `${CLASS}/${name}`)) ?? []);
  return nodes.flatMap((node) => {
    const label = labelOf(node, nodes);
    return label === undefined ? [] : { ...node, label };
  });
}

/** Returns the label of a chip; `undefined` if the label needs the name of the chip and the name cannot be read. */
function labelOf(node: HwmonNode, nodes: readonly HwmonNode[]): string | undefined {
  const { base, name } = node;
  const siblings = nodes.filter((other) => other.base === base);
  if (siblings.length === 1) return base;
  if (name === undefined) return undefined;
  const isNameUnique = siblings.filter((sibling) => sibling.name === name).length === 1;
  const suffix = (isNameUnique && cleanName(name)) || cleanName(basename(node.path));
  return `${base}_${suffix}`;
}

/**
 * Reads a node of `/sys/class/hwmon`. Returns `undefined` if the device was removed and the link to it is broken, or if
 * the node has neither a device nor a readable name.
 */
function readNode(host: Host, path: string): HwmonNode | undefined {
  const { sys } = host;
  const realPath = sys.realpath(path);
  if (realPath === undefined) return undefined;
  const device = sys.realpath(`${path}/device`);
  const name = attempt(host, () => optional(() => sys.read(`${path}/name`, parseText)) ?? '');
  const deviceLabel = (device !== undefined && labelDevice(device)) || '';
  if (deviceLabel === '' && name === undefined) return undefined;
  const base = deviceLabel || cleanName(name ?? '') || cleanName(basename(realPath));
  const bus = basename(sys.readlink(`${path}/device/subsystem`) ?? '');
  const isFast = name !== undefined && FAST_CHIPS.has(name);
  const answering = device !== undefined && SHARED_BUSES.has(bus) ? dirname(device) : (device ?? realPath);
  return { path, base, name, hasDevice: device !== undefined, slowDevice: isFast ? undefined : answering };
}

/** Returns the label of a device: `platform_coretemp_0` for `/sys/devices/platform/coretemp.0`. */
function labelDevice(path: string): string {
  return [dirname(path), path]
    .map((part) => cleanName(basename(part)))
    .filter((part) => part !== '')
    .join('_');
}
