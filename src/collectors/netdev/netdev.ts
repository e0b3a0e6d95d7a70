import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { deprecated, type FlagValues, pattern, toggle } from '../../flags/flag.ts';
import type { InterfaceAddress, KernelTree } from '../../host/host.ts';
import { counter, type Emit, type Family, gauge } from '../../metrics/metric.ts';
import { scopeOf } from '../../parse/ip-address.ts';
import { parseCountFile, parseText } from '../../parse/lines.ts';
import { parseNetDev } from '../../parse/net-dev.ts';
import { createFilter, type PatternFlag, requireAtMostOne } from '../support/filter.ts';
import { COLUMNS, NO_HANDLER, STATISTICS } from './columns.ts';
import { emitSemconv, semconvFamilies } from './semconv.ts';

const addressInfo = gauge('node_network_address_info', 'IP address of a network device that is up; always 1.', [
  'device',
  'address',
  'netmask',
  'scope',
]);

const CLASS = 'class/net';

const flags = {
  'device-include': pattern('Network devices to include; mutually exclusive with device-exclude.'),
  'device-exclude': pattern('Network devices to exclude; mutually exclusive with device-include.'),
  'device-whitelist': deprecated(pattern('Deprecated name of --collector.netdev.device-include.')),
  'device-blacklist': deprecated(pattern('Deprecated name of --collector.netdev.device-exclude.')),
  'address-info': toggle('Emit the IP addresses of network devices.'),
  'enable-detailed-metrics': toggle('Emit each kind of error as a separate metric; some metrics change their names.'),
  'label-ifalias': toggle('Emit the alias of a network device as the label ifalias.'),
  netlink: toggle('Emit the statistics that /proc/net/dev lacks; this exporter reads them from sysfs.', true),
};

/**
 * By default node_exporter reads network statistics over netlink. Netlink has one counter that `/proc/net/dev` lacks, and
 * separate counters where `/proc/net/dev` has only their sum. Sysfs has the same counters as netlink, so this collector
 * reads sysfs instead of netlink.
 */
export const netdev = defineCollector({
  name: 'netdev',
  help: 'Traffic and errors of network devices from /proc/net/dev and /sys/class/net',
  flags,
  create(options) {
    const isIncluded = createDeviceFilter(options);
    const { columns, statistics } = declareFamilies(options);
    return {
      families: [...columns, ...statistics.map(({ family }) => family), addressInfo, ...semconvFamilies],
      async collect({ proc, sys, addresses }, emit) {
        const all: readonly DeviceLine[] = proc.readIfPresent('net/dev', parseNetDev) ?? listDevices(sys);
        const lines = all.filter(({ device }) => isIncluded(device));
        const countsOf = ({ device, counts }: DeviceLine): readonly number[] => counts ?? sumStatistics(sys, device);
        if (emit.convention === 'semconv') {
          await forEachItem(lines, (line) => emitSemconv(emit, line.device, countsOf(line)));
          return;
        }
        const inSysfs = new Set(sys.listIfPresent(CLASS));
        if (options['address-info']) emitAddresses(emit, addresses(), isIncluded);
        await forEachItem(lines, (line) => {
          const { device } = line;
          const isInSysfs = inSysfs.has(device);
          const counts = countsOf(line);
          const extra = statistics.map(({ file }) => (isInSysfs ? findStatistic(sys, device, file) : undefined));
          const ifalias = isInSysfs && options['label-ifalias'] ? findAlias(sys, device) : undefined;
          const labels = ifalias === undefined ? { device } : { device, ifalias };
          columns.forEach((family, index) => {
            emit(family, counts[index] ?? 0, labels);
          });
          statistics.forEach(({ family }, index) => {
            const value = extra[index];
            if (value !== undefined) emit(family, value, labels);
          });
        });
      },
    };
  },
});

type NetDevOptions = FlagValues<typeof flags>;

function createDeviceFilter(options: NetDevOptions): (device: string) => boolean {
  const flag = (name: 'include' | 'whitelist' | 'exclude' | 'blacklist'): PatternFlag => ({
    name: `collector.netdev.device-${name}`,
    value: options[`device-${name}`],
  });
  return createFilter(
    'collector.netdev.device',
    requireAtMostOne([flag('include'), flag('whitelist')]),
    requireAtMostOne([flag('exclude'), flag('blacklist')]),
  );
}

interface NetDevFamilies {
  /** Families of the {@link COLUMNS}, in the same order; empty if the {@link STATISTICS} replace the columns. */
  readonly columns: readonly Family<string, 'counter'>[];
  readonly statistics: readonly { readonly file: string; readonly family: Family<string, 'counter'> }[];
}

function declareFamilies(options: NetDevOptions): NetDevFamilies {
  const { 'enable-detailed-metrics': isDetailed, 'label-ifalias': hasAlias, netlink: hasStatistics } = options;
  const labels = hasAlias ? ['device', 'ifalias'] : ['device'];
  const declare = (name: string, help: string): Family<string, 'counter'> =>
    counter(`node_network_${name}_total`, help, labels);
  const columns = COLUMNS.map(({ name, detailed = name, help }) => declare(isDetailed ? detailed : name, help));
  const statistics = (isDetailed ? STATISTICS : [NO_HANDLER]).map(({ file, name, help }) => ({
    file,
    family: declare(name, help),
  }));
  return { columns: isDetailed && hasStatistics ? [] : columns, statistics: hasStatistics ? statistics : [] };
}

interface DeviceLine {
  readonly device: string;
  /**
   * Counters of the {@link COLUMNS}, in the same order; absent if the device was listed in sysfs, not in `/proc/net/dev`.
   */
  readonly counts?: readonly number[];
}

/**
 * Returns the network devices in sysfs. Used in a sandbox that has sysfs but no `/proc/net`.
 *
 * @throws {AbsentError} when the sandbox has no sysfs either
 */
function listDevices(sys: KernelTree): DeviceLine[] {
  // The directory also contains the file bonding_masters, which is not a device.
  return sys.list(CLASS).flatMap((device) => (sys.exists(`${CLASS}/${device}/statistics`) ? [{ device }] : []));
}

function sumStatistics(sys: KernelTree, device: string): readonly number[] {
  const read = (file: string) => sys.read(`${CLASS}/${device}/statistics/${file}`, parseCountFile);
  return COLUMNS.map(({ files }) => files.reduce((sum, file) => sum + read(file), 0));
}

function findStatistic(sys: KernelTree, device: string, file: string): number | undefined {
  return sys.readIfPresent(`${CLASS}/${device}/statistics/${file}`, parseCountFile);
}

function findAlias(sys: KernelTree, device: string): string | undefined {
  return sys.readIfPresent(`${CLASS}/${device}/ifalias`, parseText);
}

function emitAddresses(
  emit: Emit,
  addresses: readonly InterfaceAddress[],
  isIncluded: (device: string) => boolean,
): void {
  for (const { device, address, prefixLength } of addresses) {
    if (isIncluded(device)) emit(addressInfo, 1, { device, address, netmask: prefixLength, scope: scopeOf(address) });
  }
}
