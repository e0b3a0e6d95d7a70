/**
 * What the Collector's own hostmetrics receiver says, in the words of the conventions that it lags behind, so that it can be
 * compared with what we say. What the tables below do not mention it says as the conventions do.
 */
import type { FamilySamples } from '../../../src/collection/gatherer.ts';
import { attributesOf, type Metric, numberOf, type ResourceMetrics, typeOf } from '../../support/otlp-json.ts';

/** Of each name that lags behind, the name in the conventions. */
export const NAMES: Readonly<Record<string, string>> = {
  'system.linux.memory.available': 'system.memory.linux.available',
  'system.network.connections': 'system.network.connection.count',
  'system.network.dropped': 'system.network.packet.dropped',
  'system.network.packets': 'system.network.packet.count',
  'system.processes.count': 'system.process.count',
  'system.processes.created': 'system.process.created',
};

const UNITS: Readonly<Record<string, string>> = {
  '{connections}': '{connection}',
  '{errors}': '{error}',
  '{faults}': '{fault}',
  '{operations}': '{operation}',
  '{packets}': '{packet}',
  '{processes}': '{process}',
};

/** Of each attribute that lags behind, by the metrics that have it, the name in the conventions. */
const ATTRIBUTES: readonly (readonly [metrics: RegExp, Readonly<Record<string, string>>])[] = [
  [/^system\.cpu\./, { cpu: 'cpu.logical_number', state: 'cpu.mode' }],
  [/^system\.disk\./, { device: 'system.device', direction: 'disk.io.direction' }],
  [
    /^system\.filesystem\./,
    {
      device: 'system.device',
      mode: 'system.filesystem.mode',
      mountpoint: 'system.filesystem.mountpoint',
      state: 'system.filesystem.state',
      type: 'system.filesystem.type',
    },
  ],
  [/^system\.memory\./, { state: 'system.memory.state' }],
  [/^system\.network\.packets$/, { device: 'system.device', direction: 'network.io.direction' }],
  [
    /^system\.network\./,
    {
      device: 'network.interface.name',
      direction: 'network.io.direction',
      protocol: 'network.transport',
      state: 'network.connection.state',
    },
  ],
  [
    /^system\.paging\./,
    {
      device: 'system.device',
      direction: 'system.paging.direction',
      state: 'system.paging.state',
      type: 'system.paging.fault.type',
    },
  ],
  [/^system\.processes\./, { status: 'process.state' }],
];

/** Of each value that lags behind the value in the conventions; points that become one are added up. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cpu.mode': { softirq: 'interrupt', wait: 'iowait' },
  'network.connection.state': { CLOSE: 'closed', SYN_RECV: 'syn_received' },
  // The blocked ones among them are those that /proc/stat counts, and not those that sleep like that.
  'process.state': { blocked: 'sleeping', idle: 'sleeping', zombies: 'defunct' },
  'system.filesystem.type': { ntfs3: 'ntfs' },
  'system.memory.state': { buffered: 'buffers' },
  'system.paging.direction': { page_in: 'in', page_out: 'out' },
};

/** What it says beyond the conventions, and why that is compared with nothing. */
export const BEYOND: readonly (readonly [series: RegExp, why: string])[] = [
  [/ system\.disk\.(pending_operations|weighted_io_time)\{/, 'the conventions have no such metric'],
  [/ system\.filesystem\.inodes\.usage\{/, 'the conventions have no such metric'],
  [
    / system\.memory\.utilization\{.*"slab_/,
    'the conventions have the slab as a metric of its own, without a part of all',
  ],
  [/ system\.network\.connection\.count\{.*"delete"/, 'it is no state of Linux'],
  [/ system\.process\.count\{process\.state="running"/, 'it is procs_running of /proc/stat: threads that are ready'],
  [/ system\.process\.count\{process\.state="unknown"/, 'it is what ended while they were counted'],
  [/ system\.paging\.operations\{.*"minor"/, 'it is pgpgin and pgpgout: KiB of all files, and no operations'],
];

/** Gopsutil multiplies all of /proc/vmstat by the bytes of a page: the conventions count faults and operations. */
const PAGE_BYTES = 4096;
const IN_BYTES: ReadonlySet<string> = new Set(['system.paging.faults', 'system.paging.operations']);

/** A value by `type name{attributes} unit`. */
export type Series = ReadonlyMap<string, number>;

export function seriesOf(written: readonly ResourceMetrics[]): Series {
  const series = new Map<string, number>();
  const metrics = written.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  for (const metric of metrics) {
    for (const point of (metric.gauge ?? metric.sum)?.dataPoints ?? []) {
      const key = keyOf(metric, attributesOf(point.attributes));
      const value = Number(numberOf(point)) / (IN_BYTES.has(metric.name) ? PAGE_BYTES : 1);
      series.set(key, (series.get(key) ?? 0) + value);
    }
  }
  return series;
}

function keyOf(metric: Metric, attributes: Readonly<Record<string, string | undefined>>): string {
  const { name, unit = '' } = metric;
  const names = ATTRIBUTES.find(([metrics]) => metrics.test(name))?.[1] ?? {};
  const renamed = Object.entries(attributes).map(([attribute, value = '']) => {
    const known = names[attribute] ?? attribute;
    return [known, conventionalValue(known, value)] as const;
  });
  const slab = /^system\.memory\.usage$/.test(name) && renamed.find(([, value]) => value.startsWith('slab_'))?.[1];
  if (slab) {
    const state = { 'system.memory.linux.slab.state': slab.slice('slab_'.length) };
    return showKey(typeOf(metric), 'system.memory.linux.slab.usage', state, unit);
  }
  // The conventions tell which state the used part is of.
  if (name === 'system.filesystem.utilization') renamed.push(['system.filesystem.state', 'used']);
  return showKey(typeOf(metric), NAMES[name] ?? name, Object.fromEntries(renamed), UNITS[unit] ?? unit);
}

function conventionalValue(attribute: string, value: string): string {
  const known = VALUES[attribute]?.[value];
  if (known !== undefined) return known;
  if (attribute === 'cpu.logical_number') return value.slice('cpu'.length);
  return attribute === 'network.connection.state' ? value.toLowerCase() : value;
}

function showKey(type: string, name: string, attributes: Readonly<Record<string, unknown>>, unit: string): string {
  const pairs = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${JSON.stringify(String(value))}`);
  return `${type} ${name}{${pairs.sort().join()}} ${unit}`;
}

const TYPES: Readonly<Record<string, string>> = { updowncounter: 'sum that may fall' };

/** What we say. */
export function ownSeriesOf(readings: readonly FamilySamples[]): Series {
  return new Map(
    readings.flatMap(({ family: { name, type, unit }, samples }) =>
      [...samples].map(
        ({ labels, value }) => [showKey(TYPES[type] ?? type, name, labels, unit), Number(value)] as const,
      ),
    ),
  );
}
