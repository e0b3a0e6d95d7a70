import { MappingType, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { dashboard, row } from './dashboard.ts';
import { gauge, stat, thresholds, timeseries } from './panels.ts';
import { CPUS, NODE } from './variables.ts';

/** Of as many running tasks as there are CPUs. */
const LOAD_STEPS = [
  { value: null, color: 'green' },
  { value: 70, color: 'orange' },
  { value: 100, color: 'red' },
];

const system = row('System', [
  stat(
    {
      title: 'System uptime',
      description: 'How long ago the host was booted.',
      unit: units.DurationInDaysHoursMinutesSeconds,
      width: 6,
    },
    { expr: `node_uptime{${NODE}}`, legend: '{{hostname}}' },
  ),
  gauge(
    {
      title: 'Average load of the system',
      description:
        'Tasks that run or wait to run, averaged over 1, 5 and 15 minutes. The dial ends at the number of CPUs: orange from 0.7 tasks for each CPU, red when there are as many tasks as CPUs.',
      unit: units.Short,
      width: 18,
    },
    { expr: `node_load{${NODE}}`, legend: '{{duration}}' },
    { expr: CPUS, legend: 'CPUs', refId: 'cpus' },
  )
    .decimals(2)
    .thresholds(thresholds(ThresholdsMode.Percentage, LOAD_STEPS))
    // The number of CPUs is no dial of its own, it is where the others end; thresholds are per cent of that.
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
      description: 'A straight line that climbs; it falls to zero when the host is booted again.',
      unit: units.Seconds,
      width: 8,
    },
    { expr: `node_uptime{${NODE}}`, legend: '{{hostname}}' },
  ),
  timeseries(
    {
      title: 'Average load over time',
      description: 'Tasks that run or wait to run. Above the dashed line there are more of them than CPUs.',
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

const exporter = row('The exporter itself', [
  stat(
    { title: 'Exporter', description: 'Whether the last scrape was answered.', unit: units.NoUnit, width: 4 },
    { expr: `up{${NODE}}`, legend: '{{instance}}' },
  ).mappings([
    {
      type: MappingType.ValueToText,
      options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
    },
  ]),
  stat(
    { title: 'Series', description: 'How many series a scrape brings.', unit: units.Short, width: 4 },
    { expr: `scrape_samples_scraped{${NODE}}`, legend: '{{instance}}' },
  ),
  stat(
    {
      title: 'Collectors with data',
      description:
        'How many collectors read something in the last scrape. The others found nothing of theirs on this machine, or failed.',
      unit: units.Short,
      width: 4,
    },
    { expr: `sum(node_scrape_collector_success{${NODE}})`, legend: 'with data' },
  ),
  timeseries(
    {
      title: 'Failures by collector',
      description: 'Scrapes per second in which a collector failed; the log of the exporter has the reason.',
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
      description:
        'How long the exporter took to answer: half of the scrapes were faster than the lower line, all but one in a hundred than the upper one.',
      unit: units.Seconds,
      width: 12,
    },
    { expr: scrapeQuantile(0.5), legend: 'median' },
    { expr: scrapeQuantile(0.99), legend: '99th percentile' },
  ),
  timeseries(
    {
      title: 'Slowest collectors',
      description: 'The five collectors that took longest.',
      unit: units.Seconds,
      width: 12,
    },
    { expr: `topk(5, node_scrape_collector_duration_seconds{${NODE}})`, legend: '{{collector}}' },
  ),
  timeseries(
    { title: 'CPU', description: 'CPU time the exporter uses: 1 is one whole CPU.', unit: units.PercentUnit, width: 8 },
    { expr: `rate(process_cpu_seconds_total{${NODE}}[$__rate_interval])`, legend: 'exporter' },
  ),
  timeseries(
    {
      title: 'Memory',
      description: 'Memory of the exporter: resident, and the part of it that JavaScript uses.',
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
      description: 'How late the event loop was, and which part of the time garbage collection took.',
      unit: units.Seconds,
      width: 8,
    },
    { expr: `nodejs_eventloop_lag_seconds{${NODE}}`, legend: 'lag' },
    {
      expr: `sum(rate(nodejs_gc_duration_seconds_sum{${NODE}}[$__rate_interval]))`,
      legend: 'garbage collection, in each second',
    },
  ),
]);

function scrapeQuantile(quantile: number): string {
  const buckets = `node_exporter_scrape_duration_seconds_bucket{${NODE}}`;
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[$__rate_interval])))`;
}

/** What the first look is for: is the host up, is it busy, and is the exporter well. */
export const overview = dashboard(
  {
    uid: 'otel-node-exporter-overview',
    title: 'mini-node-exporter-dashboard',
    description: 'Uptime and load of a host, and the health of its otel-node-exporter.',
  },
  [system, exporter],
);
