/**
 * What node_exporter's command lines say and this exporter leaves out. Whoever changes the binary keeps the flags: one
 * that would only have tuned something starts with a warning, one that asks for what is not there is refused with the
 * reason, and none is ignored in silence.
 */
import { type Flag, type Flags, ignored, ignoredToggle, unsupported, unsupportedToggle } from '../flags/flag.ts';

export interface UnsupportedCollector {
  readonly name: string;
  /** What it would need, to follow "it". */
  readonly why: string;
  /** Its flags, by full name. */
  readonly values?: readonly string[];
  readonly switches?: readonly string[];
}

export const UNSUPPORTED_COLLECTORS: readonly UnsupportedCollector[] = [
  { name: 'drm', why: 'it reads counters of AMD graphics cards only' },
  {
    name: 'ethtool',
    why: 'it asks drivers by ioctl(2)',
    values: [
      'collector.ethtool.device-include',
      'collector.ethtool.device-exclude',
      'collector.ethtool.metrics-include',
    ],
  },
  { name: 'network_route', why: 'it reads routes over netlink' },
  {
    name: 'nvmesubsystem',
    why: 'it counts the paths of multipath NVMe; the collector nvme tells the state of each controller',
  },
  {
    name: 'perf',
    why: 'it counts events by perf_event_open(2)',
    values: [
      'collector.perf.cpus',
      'collector.perf.tracepoint',
      'collector.perf.hardware-profilers',
      'collector.perf.software-profilers',
      'collector.perf.cache-profilers',
    ],
    switches: [
      'collector.perf.disable-hardware-profilers',
      'collector.perf.disable-software-profilers',
      'collector.perf.disable-cache-profilers',
    ],
  },
  {
    name: 'qdisc',
    why: 'it reads queues over netlink',
    values: [
      'collector.qdisc.device-include',
      'collector.qdisc.device-exclude',
      'collector.qdisk.device-include',
      'collector.qdisk.device-exclude',
    ],
  },
  { name: 'runit', why: "it reads runit's binary status files", values: ['collector.runit.servicedir'] },
  { name: 'supervisord', why: 'it asks supervisord by XML-RPC', values: ['collector.supervisord.url'] },
  { name: 'swap', why: 'it lists swap devices; the collector meminfo tells SwapTotal and SwapFree' },
  { name: 'wifi', why: 'it asks nl80211 over netlink' },
];

const PROGRAM_FLAGS: Flags = {
  'runtime.gomaxprocs': ignored('there is no Go runtime, and collectors run on one thread'),
  'web.systemd-socket': ignoredToggle(
    'sockets of systemd are not taken over; --web.listen-address says where to listen',
  ),
  'web.config.file': unsupported('TLS and passwords are the work of a proxy in front of the exporter'),
  'collector.netclass_rtnl.with-stats': ignoredToggle('netclass reads sysfs, and netdev has the statistics'),
};

/** The flags of node_exporter that nothing here answers to, by full name. They appear in no list. */
export function unsupportedFlags(): Flags {
  const flags: Record<string, Flag> = { ...PROGRAM_FLAGS };
  for (const { name, why, values = [], switches = [] } of UNSUPPORTED_COLLECTORS) {
    const reason = `there is no collector ${name} here: ${why}`;
    flags[`collector.${name}`] = unsupportedToggle(reason);
    for (const flag of values) flags[flag] = ignored(reason);
    for (const flag of switches) flags[flag] = ignoredToggle(reason);
  }
  return flags;
}
