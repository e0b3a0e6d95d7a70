import { attempt, defineCollector } from '../../collection/collector.ts';
import { ignoredToggle, pattern, toggle } from '../../flags/flag.ts';
import type { Host } from '../../host/host.ts';
import type { Emit } from '../../metrics/metric.ts';
import {
  isDown,
  type NetworkDevice,
  type NetworkLink,
  NO_LINK,
  readDevice,
  readLink,
  readSlowLinks,
} from './device.ts';
import { CARRIER, info, NUMBERS, speed, up } from './families.ts';
import { createSlowLinkFinder } from './slow-links.ts';

const CLASS = 'class/net';

/** File that lists the bonds. The directory of the network devices contains it, but it is not a device. */
const MASTERS = 'bonding_masters';

const BYTES_PER_MEGABIT = 125_000;

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net */
export const netclass = defineCollector({
  name: 'netclass',
  help: 'Properties of network devices from /sys/class/net',
  flags: {
    'ignored-devices': pattern('Network devices to exclude.', '^$'),
    'ignore-invalid-speed': toggle('Omit the speed of network devices whose speed is unknown.'),
    netlink: ignoredToggle('the collector netclass reads /sys/class/net and never netlink'),
  },
  create({ 'ignored-devices': ignored, 'ignore-invalid-speed': ignoresInvalidSpeed }) {
    const findSlowLinks = createSlowLinkFinder();
    return {
      families: [up, info, ...NUMBERS.map(([, family]) => family), speed],
      async collect(host, emit) {
        const all = host.sys.list(CLASS).filter((name) => name !== MASTERS);
        const included = all.filter((name) => !ignored?.test(name));
        const slow = findSlowLinks(host.sys, CLASS, all);
        const devices = included.flatMap((name) => attempt(host, () => readDevice(host.sys, CLASS, name)) ?? []);
        const links = await readLinks(host, devices, slow);
        for (const device of devices) {
          emitDevice(emit, { ...device, ...(links.get(device) ?? NO_LINK) }, ignoresInvalidSpeed);
        }
      },
    };
  },
});

/**
 * Reads the links of the devices that are up, first those that may be slow. If such a read fails, a driver that hangs may
 * hold the lock that all reads of links need. The other links are then read asynchronously too, because the main thread must
 * not wait for this lock.
 */
async function readLinks(
  { slowSys }: Host,
  devices: readonly NetworkDevice[],
  slow: ReadonlySet<string>,
): Promise<ReadonlyMap<NetworkDevice, NetworkLink>> {
  const enabled = devices.filter((device) => !isDown(device));
  const others = enabled.filter(({ name }) => !slow.has(name));
  const { links, hasFailed } = await readSlowLinks(
    slowSys,
    enabled.filter(({ name }) => slow.has(name)),
  );
  if (hasFailed) return new Map([...links, ...(await readSlowLinks(slowSys, others)).links]);
  return new Map([...links, ...others.map((device) => [device, readLink(device)] as const)]);
}

function emitDevice(emit: Emit, device: NetworkDevice & NetworkLink, ignoresInvalidSpeed: boolean): void {
  const { name, address, broadcast, duplex, operstate, ifalias } = device;
  const labels = { device: name };
  if (operstate !== undefined) emit(up, operstate === 'up' ? 1 : 0, labels);
  if (
    address !== undefined &&
    broadcast !== undefined &&
    duplex !== undefined &&
    operstate !== undefined &&
    ifalias !== undefined
  ) {
    const adminstate = adminStateOf(device);
    emit(info, 1, { device: name, address, broadcast, duplex, operstate, adminstate, ifalias });
  }
  NUMBERS.forEach(([attribute, family], index) => {
    const value = attribute === CARRIER ? device.carrier : device.numbers[index];
    if (value !== undefined) emit(family, value, labels);
  });
  if (device.speed !== undefined && (device.speed >= 0 || !ignoresInvalidSpeed)) {
    emit(speed, device.speed * BYTES_PER_MEGABIT, labels);
  }
}

function adminStateOf(device: NetworkDevice): string {
  if (device.flags === undefined) return 'unknown';
  return isDown(device) ? 'down' : 'up';
}
