import { MappingType, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { dashboard, row } from './dashboard.ts';
import { gauge, stat, thresholds, timeseries } from './panels.ts';
import { CPUS, NODE } from './variables.ts';

/** Thresholds of the load average, in per cent of the number of CPUs. */
const LOAD_STEPS = [
  { value: null, color: 'green' },
  { value: 70, color: 'orange' },
  { value: 100, color: 'red' },
];

const system = row('System', [
  stat(
    {
      title: 'System uptime',
      description: 'Time since the host was booted.',
      unit: units.DurationInDaysHoursMinutesSeconds,
      width: 6,
    },
    { expr: `node_uptime{${NODE}}`, legend: '{{hostname}}' },
  ),
  gauge(
    {
      title: 'Average load of the system',
      description:
        'Tasks that run or wait, averaged over 1, 5 and 15 minutes. The scale ends at the number of CPUs: orange from 0.7 tasks per CPU, red from one task per CPU.',
      unit: units.Short,
      width: 18,
    },
    { expr: `node_load{${NODE}}`, legend: '{{duration}}' },
    { expr: CPUS, legend: 'CPUs', refId: 'cpus' },
  )
    .decimals(2)
    .thresholds(thresholds(ThresholdsMode.Percentage, LOAD_STEPS))
    // The number of CPUs is not shown. It becomes the maximum of the load gauges, and the thresholds refer to this
    // maximum.
    .withTransformation({
      id: 'configFromData',
      options: {
        configRefId: 'cpus',
        mappings: [{ fieldName: 'CPUs', handlerKey: 'max', reducerId: 'lastNotNull' }],
      },
    }),
  timeseries(
    {
      title: 'System uptime over time',
      description: 'Time since the host was booted. The line falls to zero at a reboot.',
      unit: units.Seconds,
      width: 8,
    },
    { expr: `node_uptime{${NODE}}`, legend: '{{hostname}}' },
  ),
  timeseries(
    {
      title: 'Average load over time',
      description: 'Tasks that run or wait. Above the dashed line there are more tasks than CPUs.',
      unit: units.Short,
      width: 16,
    },
    { expr: `node_load{${NODE}}`, legend: '{{duration}}' },
    { expr: CPUS, legend: 'CPUs' },
  ).overrideByName('CPUs', [
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
    { id: 'custom.fillOpacity', value: 0 },
    { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
  ]),
]);

const exporter = row('Exporter', [
  stat(
    {
      title: 'Exporter',
      description: 'State of the target: up if the last scrape succeeded.',
      unit: units.NoUnit,
      width: 4,
    },
    { expr: `up{${NODE}}`, legend: '{{instance}}' },
  ).mappings([
    {
      type: MappingType.ValueToText,
      options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
    },
  ]),
  stat(
    { title: 'Series', description: 'Number of samples in the last scrape.', unit: units.Short, width: 4 },
    { expr: `scrape_samples_scraped{${NODE}}`, legend: '{{instance}}' },
  ),
  stat(
    {
      title: 'Collectors with data',
      description:
        'Number of collectors that succeeded in the last scrape. The others failed, or the host lacks what they measure.',
      unit: units.Short,
      width: 4,
    },
    { expr: `sum(node_scrape_collector_success{${NODE}})`, legend: 'with data' },
  ),
  timeseries(
    {
      title: 'Failures by collector',
      description: 'Failures per second of each collector. The log of the exporter contains the reason.',
      unit: units.EventsPerSecond,
      width: 12,
    },
    {
      expr: `sum by (collector) (rate(node_exporter_scrape_errors_total{${NODE}}[$__rate_interval]))`,
      legend: '{{collector}}',
    },
  ),
  timeseries(
    {
      title: 'Duration of scrapes',
      description: 'Time that the exporter took to answer scrapes: median and 99th percentile.',
      unit: units.Seconds,
      width: 12,
    },
    { expr: scrapeQuantile(0.5), legend: 'median' },
    { expr: scrapeQuantile(0.99), legend: '99th percentile' },
  ),
  timeseries(
    {
      title: 'Slowest collectors',
      description: 'The five collectors with the longest duration.',
      unit: units.Seconds,
      width: 12,
    },
    { expr: `topk(5, node_scrape_collector_duration_seconds{${NODE}})`, legend: '{{collector}}' },
  ),
  timeseries(
    { title: 'CPU', description: 'CPU time of the exporter: 100 % is one CPU.', unit: units.PercentUnit, width: 8 },
    { expr: `rate(process_cpu_seconds_total{${NODE}}[$__rate_interval])`, legend: 'exporter' },
  ),
  timeseries(
    {
      title: 'Memory',
      description: 'Memory of the exporter: resident memory, and the size and use of the JavaScript heap.',
      unit: units.BytesIEC,
      width: 8,
    },
    { expr: `process_resident_memory_bytes{${NODE}}`, legend: 'resident' },
    { expr: `nodejs_heap_size_total_bytes{${NODE}}`, legend: 'heap allocated' },
    { expr: `nodejs_heap_size_used_bytes{${NODE}}`, legend: 'heap in use' },
  ),
  timeseries(
    {
      title: 'Event loop lag and garbage collection',
      description: 'Delay of the event loop, and seconds of garbage collection per second.',
      unit: units.Seconds,
      width: 8,
    },
    { expr: `nodejs_eventloop_lag_seconds{${NODE}}`, legend: 'lag' },
    {
      expr: `sum(rate(nodejs_gc_duration_seconds_sum{${NODE}}[$__rate_interval]))`,
      legend: 'garbage collection per second',
    },
  ),
]);

function scrapeQuantile(quantile: number): string {
  const buckets = `node_exporter_scrape_duration_seconds_bucket{${NODE}}`;
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[$__rate_interval])))`;
}

/** The dashboard to open first. It shows whether the host is up and busy, and whether the exporter works. */
export const overview = dashboard(
  {
    uid: 'otel-node-exporter-overview',
    title: 'mini-node-exporter-dashboard',
    description: 'Uptime and load of a host, and the health of its otel-node-exporter.',
  },
  [system, exporter],
);
