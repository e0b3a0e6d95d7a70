import { basename } from 'node:path';
import { defineCollector, forEachItem } from '../collection/collector.ts';
import { inertSwitch, pattern, toggle } from '../flags/flag.ts';
import {
  AbsentError,
  type AsyncTree,
  type Host,
  ignoreErrno,
  ignoreErrnoAsync,
  type KernelDirectory,
  type KernelTree,
} from '../host/host.ts';
import { counter, type Emit, type Family, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { WeakMemo } from '../util/memoize.ts';

type Declare = typeof counter<'device'> | typeof gauge<'device'>;

interface NumberAttribute {
  readonly attribute: string;
  readonly family: Family<'device', 'counter' | 'gauge'>;
}

function number(attribute: string, declare: Declare, name: string, help: string): NumberAttribute {
  return { attribute, family: declare(`node_network_${name}`, help, ['device']) };
}

const NUMBERS = [
  number('addr_assign_type', gauge, 'address_assign_type', 'Where the address is from: 0 the device, 1 chance.'),
  number('carrier', gauge, 'carrier', 'Whether the device has a link.'),
  number('carrier_changes', counter, 'carrier_changes_total', 'Times that the link was found or lost.'),
  number('carrier_up_count', counter, 'carrier_up_changes_total', 'Times that the link was found.'),
  number('carrier_down_count', counter, 'carrier_down_changes_total', 'Times that the link was lost.'),
  number('dev_id', gauge, 'device_id', 'Tells devices apart that share one address.'),
  number('dormant', gauge, 'dormant', 'Whether the device waits for something, such as authentication.'),
  number('flags', gauge, 'flags', 'Flags of the device, as in netdevice(7).'),
  number('ifindex', gauge, 'iface_id', 'Number of the device.'),
  number('iflink', gauge, 'iface_link', 'Number of the device that this one stands on, or its own.'),
  number('link_mode', gauge, 'iface_link_mode', 'Whether the device becomes dormant when it has a link.'),
  number('mtu', gauge, 'mtu_bytes', 'Largest packet that the device sends.'),
  number('name_assign_type', gauge, 'name_assign_type', 'Who named the device: 1 to 2 the kernel, 3 to 4 the user.'),
  number('netdev_group', gauge, 'net_dev_group', 'Group of the device.'),
  number('tx_queue_len', gauge, 'transmit_queue_length', 'Longest queue of packets to send.'),
  number('type', gauge, 'protocol_type', 'Protocol of the link, as in if_arp.h.'),
];

const FLAGS = 'flags';
/** As speed and duplex, the kernel refuses to tell it of a device that is down. */
const CARRIER = 'carrier';

const up = gauge('node_network_up', 'Whether the state of the device is "up".', ['device']);
const speed = gauge('node_network_speed_bytes', 'Speed of the link in bytes per second; negative when not known.', [
  'device',
]);
const info = gauge('node_network_info', 'What the device says of itself; always 1.', [
  'device',
  'address',
  'broadcast',
  'duplex',
  'operstate',
  'adminstate',
  'ifalias',
]);

const CLASS = 'class/net';
/** A file among the devices: the names of the bonds. */
const MASTERS = 'bonding_masters';
const LOWER = 'lower_';

const BYTES_PER_MEGABIT = 125_000;
const IFF_UP = 1;

/**
 * Drivers that ask the firmware of the card what the link is like, each time: Chelsio, Amazon, Huawei, NVIDIA and
 * Solarflare. The others answer from memory or a register.
 */
const ASKING_DRIVERS: ReadonlySet<string> = new Set(['cxgb4', 'ena', 'hinic', 'mlx4_core', 'mlx5_core', 'sfc']);
/** All devices on these ask over the bus. */
const SLOW_BUSES: ReadonlySet<string> = new Set(['sdio', 'usb']);
/** As many devices may hang before no other is asked. */
const LANES = 3;

/**
 * How the kernel says that the device has no such value now. EINVAL: carrier, speed and duplex of one that is down or
 * virtual. EACCES and EPERM: what others than root may not see.
 */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'EACCES', 'EPERM']);

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net */
export const netclass = defineCollector({
  name: 'netclass',
  help: 'Properties of network devices from /sys/class/net',
  flags: {
    'ignored-devices': pattern('Network devices to leave out.', '^$'),
    'ignore-invalid-speed': toggle('Leave out the speed of devices that do not know it.'),
    netlink: inertSwitch('netclass reads sysfs: a netlink socket cannot be opened from Node.js'),
  },
  create({ 'ignored-devices': ignored, 'ignore-invalid-speed': ignoresInvalidSpeed }) {
    const drivers: Drivers = new WeakMemo();
    return {
      families: [up, info, ...NUMBERS.map(({ family }) => family), speed],
      async collect(host, emit) {
        const all = host.sys.list(CLASS).filter((name) => name !== MASTERS);
        const names = all.filter((name) => !ignored?.test(name));
        const asks = askingDevices(host.sys, all, drivers);
        const read = new Map<string, Device>();
        const readOne = (name: string): void | Promise<void> => {
          const keep = (device: Device): void => {
            read.set(name, device);
          };
          const device = readDevice(host, pathOf(name), asks(name));
          return device instanceof Promise ? device.then(keep) : keep(device);
        };
        try {
          await forEachItem(names, readOne, LANES);
        } finally {
          for (const name of names) {
            const device = read.get(name);
            if (device !== undefined) emitDevice(emit, name, device, ignoresInvalidSpeed);
          }
        }
      },
    };
  },
});

function pathOf(name: string): string {
  return `${CLASS}/${name}`;
}

interface Properties {
  /** In the order of {@link NUMBERS}. */
  readonly numbers: readonly (number | undefined)[];
  readonly flags: number | undefined;
  readonly address: string | undefined;
  readonly broadcast: string | undefined;
  readonly operstate: string | undefined;
  readonly ifalias: string | undefined;
}

interface Device extends Properties {
  readonly speed: number | undefined;
  readonly duplex: string | undefined;
}

/** @throws {AbsentError} when the device is gone */
function readDevice({ sys, slowSys }: Host, path: string, asks: boolean): Device | Promise<Device> {
  const folder = sys.folder(path);
  const properties = readProperties(folder);
  if (properties.flags === undefined && !sys.exists(path)) throw new AbsentError(`Cannot find ${sys.path(path)}`);
  if (isDown(properties.flags)) return { ...properties, speed: undefined, duplex: undefined };
  if (asks) return readLink(slowSys, path).then((link) => ({ ...properties, ...link }));
  return { ...properties, speed: findNumber(folder, 'speed'), duplex: findText(folder, 'duplex') };
}

function readProperties(folder: KernelDirectory): Properties {
  const flags = findNumber(folder, FLAGS);
  const readNumber = (attribute: string): number | undefined => {
    if (attribute === FLAGS) return flags;
    return isDown(flags) && attribute === CARRIER ? undefined : findNumber(folder, attribute);
  };
  return {
    numbers: NUMBERS.map(({ attribute }) => readNumber(attribute)),
    flags,
    address: findText(folder, 'address'),
    broadcast: findText(folder, 'broadcast'),
    operstate: findText(folder, 'operstate'),
    ifalias: findText(folder, 'ifalias'),
  };
}

function isDown(flags: number | undefined): boolean {
  return flags !== undefined && (flags & IFF_UP) === 0;
}

function findNumber(folder: KernelDirectory, attribute: string): number | undefined {
  return ignoreErrno(NO_VALUE, () => folder.findNumber(attribute, parseIntegerFile));
}

function findText(folder: KernelDirectory, attribute: string): string | undefined {
  return ignoreErrno(NO_VALUE, () => folder.findAttribute(attribute, parseText));
}

/** By the folder of a device, whether it has a driver that asks. A device keeps its driver. */
type Drivers = WeakMemo<boolean>;

/**
 * Which devices ask hardware what their link is like: those whose driver does, and what stands on one of them. What that is may
 * change at any time, and is not looked at where no driver asks.
 */
function askingDevices(sys: KernelTree, names: readonly string[], drivers: Drivers): (name: string) => boolean {
  const asking = new Set(names.filter((name) => driverAsks(sys, pathOf(name), drivers)));
  return (name) => asking.has(name) || (asking.size > 0 && standsOnAsking(sys, pathOf(name)));
}

function driverAsks(sys: KernelTree, path: string, drivers: Drivers): boolean {
  try {
    return drivers.get(sys.folder(path).identity, () => hasAskingDriver(sys, path)) ?? false;
  } catch {
    // Reading the device says what is wrong with it, if it is read at all.
    return false;
  }
}

function hasAskingDriver(sys: KernelTree, path: string): boolean {
  if (!sys.exists(`${path}/device`)) return false;
  const driver = basename(sys.link(`${path}/device/driver`) ?? '');
  return ASKING_DRIVERS.has(driver) || SLOW_BUSES.has(basename(sys.link(`${path}/device/subsystem`) ?? ''));
}

/** A VLAN, a bridge and their like ask the devices below them, and so does the virtual card before a real one in a cloud. */
function standsOnAsking(sys: KernelTree, path: string): boolean {
  return sys
    .listIfPresent(path)
    .filter((entry) => entry.startsWith(LOWER))
    .map((entry) => `${path}/${entry}`)
    .some((lower) => hasAskingDriver(sys, lower) || standsOnAsking(sys, lower));
}

async function readLink(sys: AsyncTree, folder: string): Promise<Pick<Device, 'speed' | 'duplex'>> {
  const find = <T>(attribute: string, parse: (text: string) => T): Promise<T | undefined> =>
    ignoreErrnoAsync(NO_VALUE, sys.attribute(`${folder}/${attribute}`, parse));
  return { speed: await find('speed', parseIntegerFile), duplex: await find('duplex', parseText) };
}

function emitDevice(emit: Emit, name: string, device: Device, ignoresInvalidSpeed: boolean): void {
  const { address = '', broadcast = '', duplex = '', operstate = '', ifalias = '' } = device;
  const adminstate = adminStateOf(device.flags);
  const labels = { device: name };
  emit(up, operstate === 'up' ? 1 : 0, labels);
  emit(info, 1, { device: name, address, broadcast, duplex, operstate, adminstate, ifalias });
  NUMBERS.forEach(({ family }, index) => {
    const value = device.numbers[index];
    if (value !== undefined) emit(family, value, labels);
  });
  if (device.speed !== undefined && (device.speed >= 0 || !ignoresInvalidSpeed)) {
    emit(speed, device.speed * BYTES_PER_MEGABIT, labels);
  }
}

function adminStateOf(flags: number | undefined): string {
  if (flags === undefined) return 'unknown';
  return isDown(flags) ? 'down' : 'up';
}
