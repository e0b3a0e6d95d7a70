/**
 * Maps the metrics of the Collector's hostmetrics receiver to the current semantic conventions, to compare the receiver
 * with the exporter. The tables contain only the names and values in which the receiver differs from the conventions.
 */
import { COMPARED_METRICS } from '../../../docs/hostmetrics.ts';
import type { FamilySamples } from '../../../src/metrics/samples.ts';
import { METRICS } from '../../semconv/registry-excerpt.ts';
import { attributesOf, type Metric, numberOf, type ResourceMetrics, typeOf } from '../../support/otlp-json.ts';

/** Names of the exporter's metrics by name in the receiver, where they differ. */
export const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  COMPARED_METRICS.flatMap(({ scraper, receiverName, name }) =>
    name === undefined || name === receiverName || scraper === 'process' ? [] : [[receiverName, name] as const],
  ),
);

/** Units of the semantic conventions by unit in the receiver. */
const UNITS: Readonly<Record<string, string>> = {
  '{connections}': '{connection}',
  '{errors}': '{error}',
  '{faults}': '{fault}',
  '{operations}': '{operation}',
  '{packets}': '{packet}',
  '{processes}': '{process}',
};

/**
 * Attribute names of the semantic conventions. The keys are the attribute names of the receiver. Each entry applies to the
 * metrics that match its pattern.
 */
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

/**
 * Attribute values of the semantic conventions. The outer keys are the names of attributes; the inner keys are the values
 * of the receiver. If two points get the same attributes, their values are added up.
 */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cpu.mode': { softirq: 'interrupt', wait: 'iowait' },
  'network.connection.state': {
    CLOSE: 'closed',
    FIN_WAIT1: 'fin_wait_1',
    FIN_WAIT2: 'fin_wait_2',
    SYN_RECV: 'syn_received',
  },
  // In the receiver, `blocked` counts the processes that wait for I/O (procs_blocked in /proc/stat). It does not count all
  // processes in uninterruptible sleep.
  'process.state': { blocked: 'sleeping', idle: 'sleeping', zombies: 'defunct' },
  'system.filesystem.type': { ntfs3: 'ntfs' },
  'system.memory.state': { buffered: 'buffers' },
  'system.paging.direction': { page_in: 'in', page_out: 'out' },
};

/** Series that only the receiver has, each with the reason why the exporter does not have it. */
export const UNSUPPORTED: readonly (readonly [series: RegExp, reason: string])[] = [
  [/ system\.memory\.utilization\{.*"slab_/, 'semconv has a separate slab metric without a utilization'],
  [/ system\.network\.connection\.count\{.*"delete"/, 'not a connection state of Linux'],
  [/ system\.process\.count\{process\.state="running"/, 'procs_running of /proc/stat, which counts runnable threads'],
  [/ system\.process\.count\{process\.state="unknown"/, 'processes that exited while the receiver counted them'],
  [
    / system\.paging\.operations\{.*"minor"/,
    'pgpgin and pgpgout, which count KiB of file I/O and no paging operations',
  ],
];

/** The library gopsutil multiplies these values of /proc/vmstat by the page size. Semconv counts faults and operations. */
const PAGE_BYTES = 4096;
const IN_BYTES: ReadonlySet<string> = new Set(['system.paging.faults', 'system.paging.operations']);

/** Values of series. A key has the form `type name{attributes} unit`. */
export type Series = ReadonlyMap<string, number>;

/** Returns the series of the receiver, mapped to semconv. */
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
    const semconvName = names[attribute] ?? attribute;
    return [semconvName, toSemconvValue(semconvName, value)] as const;
  });
  const slab = /^system\.memory\.usage$/.test(name) && renamed.find(([, value]) => value.startsWith('slab_'))?.[1];
  if (slab) {
    const state = { 'system.memory.linux.slab.state': slab.slice('slab_'.length) };
    return showKey(typeOf(metric), 'system.memory.linux.slab.usage', state, unit);
  }
  // The metric of the receiver has no attribute for the state. Its value is the fraction that is used.
  if (name === 'system.filesystem.utilization') renamed.push(['system.filesystem.state', 'used']);
  const semconvName = NAMES[name] ?? name;
  // Metrics that are not in the semantic conventions have the unit of the receiver.
  const semconvUnit = METRICS[semconvName] === undefined ? unit : (UNITS[unit] ?? unit);
  return showKey(typeOf(metric), semconvName, Object.fromEntries(renamed), semconvUnit);
}

function toSemconvValue(attribute: string, value: string): string {
  const mapped = VALUES[attribute]?.[value];
  if (mapped !== undefined) return mapped;
  if (attribute === 'cpu.logical_number') return value.slice('cpu'.length);
  return attribute === 'network.connection.state' ? value.toLowerCase() : value;
}

function showKey(type: string, name: string, attributes: Readonly<Record<string, unknown>>, unit: string): string {
  const pairs = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${JSON.stringify(String(value))}`);
  return `${type} ${name}{${pairs.sort().join()}} ${unit}`;
}

const TYPES: Readonly<Record<string, string>> = { updowncounter: 'non-monotonic sum' };

/** Returns the series of the exporter. */
export function exporterSeriesOf(families: readonly FamilySamples[]): Series {
  return new Map(
    families.flatMap(({ family: { name, type, unit }, samples }) =>
      [...samples].map(
        ({ labels, value }) => [showKey(TYPES[type] ?? type, name, labels, unit), Number(value)] as const,
      ),
    ),
  );
}
