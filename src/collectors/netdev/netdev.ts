import { attempt, defineCollector, forEachItem } from '../../collection/collector.ts';
import { deprecated, type FlagValues, pattern, toggle } from '../../flags/flag.ts';
import type { InterfaceAddress, KernelTree, Parse } from '../../host/host.ts';
import { counter, type Emit, type Family, gauge } from '../../metrics/metric.ts';
import { scopeOf } from '../../parse/ip-address.ts';
import { parseCountFile, parseText } from '../../parse/lines.ts';
import { parseNetDev } from '../../parse/net-dev.ts';
import { skipUndefined } from '../support/emit-defined.ts';
import { createFilter, type PatternFlag, requireAtMostOne } from '../support/filter.ts';
import { COLUMNS, type DeviceCounts, NO_HANDLER, STATISTICS } from './columns.ts';
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
      async collect(host, emit) {
        const { proc, sys } = host;
        const parse: Parse<readonly DeviceLine[]> = (text, report) => parseNetDev(text, isIncluded, report);
        const all = proc.readIfPresent('net/dev', parse) ?? listDevices(sys);
        const included = withoutRepetitions(all).filter(({ device }) => isIncluded(device));
        const countsOf = ({ device, counts }: DeviceLine): DeviceCounts => counts ?? sumStatistics(sys, device);
        if (emit.convention === 'semconv') {
          for (const line of included) emitSemconv(emit, line.device, countsOf(line));
          return;
        }
        const inSysfs = new Set(sys.listIfPresent(CLASS));
        if (options['address-info']) attempt(host, () => emitAddresses(emit, host.addresses(), isIncluded));
        const emitDefined = skipUndefined(emit);
        await forEachItem(included, (line) => {
          const { device } = line;
          const isInSysfs = inSysfs.has(device);
          const counts = countsOf(line);
          const extra = statistics.map(({ file }) => (isInSysfs ? findStatistic(sys, device, file) : undefined));
          const ifalias = isInSysfs && options['label-ifalias'] ? findAlias(sys, device) : undefined;
          const labels = ifalias === undefined ? { device } : { device, ifalias };
          columns.forEach((family, index) => {
            emitDefined(family, counts[index], labels);
          });
          statistics.forEach(({ family }, index) => {
            emitDefined(family, extra[index], labels);
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
  readonly counts?: DeviceCounts;
}

/**
 * Leaves out repeated lines of a device: the kernel may print a device twice if devices are added or renamed while it prints
 * the file.
 */
function withoutRepetitions(lines: readonly DeviceLine[]): readonly DeviceLine[] {
  const devices = new Set(lines.map(({ device }) => device));
  if (devices.size === lines.length) return lines;
  return [...devices].flatMap((device) => lines.find((line) => line.device === device) ?? []);
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

function sumStatistics(sys: KernelTree, device: string): DeviceCounts {
  const sumOf = (files: readonly string[]): number | undefined => {
    const numbers = files.map((file) => findStatistic(sys, device, file)).filter((number) => number !== undefined);
    return numbers.length === files.length ? numbers.reduce((sum, number) => sum + number, 0) : undefined;
  };
  return COLUMNS.map(({ files }) => sumOf(files));
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
  const emitted = new Set<string>();
  for (const { device, address, prefixLength } of addresses) {
    // An address with several peers, as on a point-to-point link, is listed once for each of them.
    const key = `${device} ${address}/${prefixLength}`;
    if (!isIncluded(device) || emitted.has(key)) continue;
    emitted.add(key);
    emit(addressInfo, 1, { device, address, netmask: prefixLength, scope: scopeOf(address) });
  }
}
