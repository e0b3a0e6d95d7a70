/**
 * Flags of node_exporter that this exporter does not support. They are ignored with a warning, so that a command line of
 * node_exporter also starts this exporter.
 */
import { choice, type Flag, type Flags, ignored, ignoredToggle } from '../flags/flag.ts';

/** A collector of node_exporter that this exporter does not have. */
export interface UnsupportedCollector {
  readonly name: string;
  /** Reason why the collector is not supported, as a clause that starts with "it". */
  readonly why: string;
  /** Flags of the collector that have a value. The names are full names. */
  readonly values?: readonly string[];
  /** Toggles of the collector. The names are full names. */
  readonly switches?: readonly string[];
}

export const UNSUPPORTED_COLLECTORS: readonly UnsupportedCollector[] = [
  { name: 'drm', why: 'it supports AMD graphics cards only' },
  {
    name: 'ethtool',
    why: 'it needs ioctl(2) calls to network drivers',
    values: [
      'collector.ethtool.device-include',
      'collector.ethtool.device-exclude',
      'collector.ethtool.metrics-include',
    ],
  },
  { name: 'network_route', why: 'it needs netlink sockets' },
  {
    name: 'nvmesubsystem',
    why: 'it counts the paths of multipath NVMe; the collector nvme reports the state of each controller',
  },
  {
    name: 'perf',
    why: 'it needs perf_event_open(2)',
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
    why: 'it needs netlink sockets',
    values: [
      'collector.qdisc.device-include',
      'collector.qdisc.device-exclude',
      'collector.qdisk.device-include',
      'collector.qdisk.device-exclude',
      'collector.qdisc.fixtures',
    ],
  },
  { name: 'runit', why: 'it reads the binary status files of runit', values: ['collector.runit.servicedir'] },
  { name: 'supervisord', why: 'it needs the XML-RPC interface of supervisord', values: ['collector.supervisord.url'] },
  { name: 'wifi', why: 'it needs netlink sockets', values: ['collector.wifi.fixtures'] },
];

const PROGRAM_FLAGS: Flags = {
  'runtime.gomaxprocs': ignored('this program has no Go runtime, and collectors run on one thread'),
  'collector.netclass_rtnl.with-stats': ignoredToggle('netclass reads sysfs, and netdev reports the statistics'),
};

/** Name of the flag that selects the effect of a flag for an unsupported collector: a warning or an error. */
export const UNSUPPORTED_FLAG = 'collector.unsupported';

export const unsupportedFlag = choice(
  'Effect of a flag that enables a node_exporter collector that this exporter does not have: a warning, or an error at startup.',
  ['warn', 'refuse'],
  'warn',
);

/** Returns whether a flag is the toggle of an unsupported collector. */
export function isUnsupportedCollector(flag: string): boolean {
  return UNSUPPORTED_COLLECTORS.some(({ name }) => flag === `collector.${name}`);
}

/** Returns the unsupported flags of node_exporter by full name. `--help-long` lists them. */
export function unsupportedFlags(): Flags {
  const flags: Record<string, Flag> = { ...PROGRAM_FLAGS };
  for (const { name, why, values = [], switches = [] } of UNSUPPORTED_COLLECTORS) {
    const reason = `the collector ${name} is not supported: ${why}`;
    flags[`collector.${name}`] = ignoredToggle(reason);
    for (const flag of values) flags[flag] = ignored(reason);
    for (const flag of switches) flags[flag] = ignoredToggle(reason);
  }
  return flags;
}
