import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { deprecated, pattern, toggle } from '../../flags/flag.ts';
import type { InterfaceAddress, KernelTree } from '../../host/host.ts';
import { counter, type Emit, type Family, gauge, semconv } from '../../metrics/metric.ts';
import { scopeOf } from '../../parse/ip-address.ts';
import { parseCountFile, parseText } from '../../parse/lines.ts';
import { parseNetDev } from '../../parse/net-dev.ts';
import { atMostOne, createFilter, type PatternFlag } from '../support/filter.ts';
import { COLUMNS, NO_HANDLER, STATISTICS } from './columns.ts';

const addressInfo = gauge('node_network_address_info', 'An address of a network device that is up; always 1.', [
  'device',
  'address',
  'netmask',
  'scope',
]);

const DEVICE = 'network.interface.name';
const DIRECTION = 'network.io.direction';
const io = semconv.counter('system.network.io', 'By', 'Bytes received and sent.', [DEVICE, DIRECTION]);
/** The one among them that the conventions tell apart by another name for the same device. */
const packets = semconv.counter('system.network.packet.count', '{packet}', 'Packets received and sent.', [
  'system.device',
  DIRECTION,
]);
const dropped = semconv.counter('system.network.packet.dropped', '{packet}', 'Packets dropped without an error.', [
  DEVICE,
  DIRECTION,
]);
const errors = semconv.counter('system.network.errors', '{error}', 'Packets with an error.', [DEVICE, DIRECTION]);

/** With the place of the first of its columns. */
const DIRECTIONS = [
  ['receive', 0],
  ['transmit', COLUMNS.length / 2],
] as const;

function emitConventions(emit: Emit, device: string, counts: readonly number[]): void {
  for (const [direction, first] of DIRECTIONS) {
    const [bytes = 0, count = 0, failed = 0, lost = 0] = counts.slice(first);
    const attributes = { [DEVICE]: device, [DIRECTION]: direction };
    emit(io, bytes, attributes);
    emit(packets, count, { 'system.device': device, [DIRECTION]: direction });
    emit(dropped, lost, attributes);
    emit(errors, failed, attributes);
  }
}

const CLASS = 'class/net';

/**
 * node_exporter asks over netlink unless told otherwise, and so knows one count more than /proc/net/dev, and all of them
 * one by one. The kernel tells the same numbers in sysfs.
 */
export const netdev = defineCollector({
  name: 'netdev',
  help: 'Traffic and errors of network devices from /proc/net/dev and /sys/class/net',
  flags: {
    'device-include': pattern('Network devices to include; not together with device-exclude.'),
    'device-exclude': pattern('Network devices to exclude; not together with device-include.'),
    'device-whitelist': deprecated(pattern('An older name of device-include.')),
    'device-blacklist': deprecated(pattern('An older name of device-exclude.')),
    'address-info': toggle('Emit the addresses of network devices.'),
    'enable-detailed-metrics': toggle('Emit every kind of error of network devices on its own, under other names.'),
    'label-ifalias': toggle('Emit the alias of a network device as a label.'),
    netlink: toggle('Emit what only netlink and sysfs tell of network devices, too.', true),
  },
  create(options) {
    const { 'enable-detailed-metrics': isDetailed, 'label-ifalias': hasAlias, netlink } = options;
    const flag = (name: 'include' | 'whitelist' | 'exclude' | 'blacklist'): PatternFlag => ({
      name: `collector.netdev.device-${name}`,
      value: options[`device-${name}`],
    });
    const isWanted = createFilter(
      'collector.netdev.device',
      atMostOne([flag('include'), flag('whitelist')]),
      atMostOne([flag('exclude'), flag('blacklist')]),
    );
    const { columns, statistics } = declareFamilies({ isDetailed, hasAlias, netlink });
    return {
      families: [...columns, ...statistics.map(({ family }) => family), addressInfo, io, packets, dropped, errors],
      async collect({ proc, sys, addresses }, emit) {
        const all: readonly Line[] = proc.find('net/dev', parseNetDev) ?? devicesOf(sys);
        const lines = all.filter(({ device }) => isWanted(device));
        const countsIn = ({ device, counts }: Line): readonly number[] => counts ?? countsOf(sys, device);
        if (emit.convention === 'semconv') {
          await forEachItem(lines, (line) => emitConventions(emit, line.device, countsIn(line)));
          return;
        }
        const devices = new Set(sys.listIfPresent(CLASS));
        if (options['address-info'])
          emitAddresses(
            emit,
            addresses().filter(({ device }) => isWanted(device)),
          );
        await forEachItem(lines, (line) => {
          const { device } = line;
          const counts = countsIn(line);
          const folder = devices.has(device) ? `${CLASS}/${device}` : undefined;
          const more = statistics.map(({ file }) =>
            folder === undefined ? undefined : sys.findAttribute(`${folder}/statistics/${file}`, parseCountFile),
          );
          const ifalias =
            hasAlias && folder !== undefined ? sys.findAttribute(`${folder}/ifalias`, parseText) : undefined;
          const labels = ifalias === undefined ? { device } : { device, ifalias };
          columns.forEach((family, index) => {
            emit(family, counts[index] ?? 0, labels);
          });
          statistics.forEach(({ family }, index) => {
            const value = more[index];
            if (value !== undefined) emit(family, value, labels);
          });
        });
      },
    };
  },
});

interface Families {
  /** In the order of {@link COLUMNS}; none where sysfs tells them one by one. */
  readonly columns: readonly Family<string, 'counter'>[];
  readonly statistics: readonly { readonly file: string; readonly family: Family<string, 'counter'> }[];
}

function declareFamilies(wants: {
  readonly isDetailed: boolean;
  readonly hasAlias: boolean;
  readonly netlink: boolean;
}): Families {
  const { isDetailed, hasAlias, netlink } = wants;
  const declare = (name: string, help: string): Family<string, 'counter'> =>
    counter(`node_network_${name}_total`, help, hasAlias ? ['device', 'ifalias'] : ['device']);
  const columns = COLUMNS.map(({ name, detailed = name, help }) => declare(isDetailed ? detailed : name, help));
  const told = isDetailed ? STATISTICS : [NO_HANDLER];
  const statistics = told.map(({ file, name, help }) => ({ file, family: declare(name, help) }));
  return { columns: isDetailed && netlink ? [] : columns, statistics: netlink ? statistics : [] };
}

function emitAddresses(emit: Emit, addresses: readonly InterfaceAddress[]): void {
  for (const { device, address, prefixLength } of addresses) {
    emit(addressInfo, 1, { device, address, netmask: prefixLength, scope: scopeOf(address) });
  }
}

interface Line {
  readonly device: string;
  /** None where only sysfs tells. */
  readonly counts?: readonly number[];
}

/**
 * A sandbox can have sysfs and no /proc/net.
 *
 * @throws {AbsentError} when it has neither
 */
function devicesOf(sys: KernelTree): Line[] {
  // Files stand among the devices: bonding_masters.
  return sys.list(CLASS).flatMap((device) => (sys.exists(`${CLASS}/${device}/statistics`) ? [{ device }] : []));
}

function countsOf(sys: KernelTree, device: string): readonly number[] {
  const read = (file: string) => sys.attribute(`${CLASS}/${device}/statistics/${file}`, parseCountFile);
  return COLUMNS.map(({ files }) => files.reduce((sum, file) => sum + read(file), 0));
}
