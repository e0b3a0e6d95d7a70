import { attempt, defineCollector } from '../../collection/collector.ts';
import { ignoredToggle, pattern, toggle } from '../../flags/flag.ts';
import type { Emit } from '../../metrics/metric.ts';
import { isDown, type NetworkDevice, readDevice } from './device.ts';
import { info, NUMBERS, speed, up } from './families.ts';
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
        const devices = await Promise.all(
          included.map((name) => attempt(host, () => readDevice(host, `${CLASS}/${name}`, slow.has(name)))),
        );
        for (const [index, device] of devices.entries()) {
          if (device !== undefined) emitDevice(emit, included[index] ?? '', device, ignoresInvalidSpeed);
        }
      },
    };
  },
});

function emitDevice(emit: Emit, name: string, device: NetworkDevice, ignoresInvalidSpeed: boolean): void {
  const { address, broadcast, duplex, operstate, ifalias } = device;
  const labels = { device: name };
  if (operstate !== undefined) emit(up, operstate === 'up' ? 1 : 0, labels);
  if (
    address !== undefined &&
    broadcast !== undefined &&
    duplex !== undefined &&
    operstate !== undefined &&
    ifalias !== undefined
  ) {
    const adminstate = adminStateOf(device.flags);
    emit(info, 1, { device: name, address, broadcast, duplex, operstate, adminstate, ifalias });
  }
  NUMBERS.forEach(([, family], index) => {
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
