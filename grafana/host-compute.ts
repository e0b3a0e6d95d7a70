import { StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { row } from './dashboard.ts';
import { timeseries } from './panels.ts';
import { rate, sumOfRates } from './rates.ts';
import { CPUS, NODE } from './variables.ts';

export const cpu = row('CPU', [
  timeseries(
    {
      title: 'CPU by mode',
      description: 'Share of CPU time by mode. 100 % is all CPUs together; the rest of the time they are idle.',
      unit: units.PercentUnit,
      width: 12,
    },
    {
      expr: `${sumOfRates('mode', 'node_cpu_seconds_total', 'mode!="idle"')} / scalar(${CPUS})`,
      legend: '{{mode}}',
    },
  )
    .max(1)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal)),
  timeseries(
    {
      title: 'Busiest CPUs',
      description:
        'The four CPUs with the least idle time. One busy CPU at a low average means that one thread is the bottleneck.',
      unit: units.PercentUnit,
      width: 12,
    },
    {
      expr: `topk(4, 1 - ${rate('node_cpu_seconds_total', 'mode="idle"')})`,
      legend: 'CPU {{cpu}}',
    },
  ).max(1),
  timeseries(
    {
      title: 'Context switches and interrupts',
      description: 'Context switches and interrupts per second, of all CPUs.',
      unit: units.CountsPerSecond,
      width: 12,
    },
    { expr: rate('node_context_switches_total'), legend: 'context switches' },
    { expr: rate('node_intr_total'), legend: 'interrupts' },
  ),
  timeseries(
    {
      title: 'Processes',
      description: 'Processes that are runnable, and processes that wait for disk I/O.',
      unit: units.Short,
      width: 12,
    },
    { expr: `node_procs_running{${NODE}}`, legend: 'running' },
    { expr: `node_procs_blocked{${NODE}}`, legend: 'blocked' },
  ),
]);

export const memory = row('Memory', [
  timeseries(
    {
      title: 'Memory',
      description:
        'Used memory is the total minus what the kernel reports as available. The kernel frees cache when programs need memory.',
      unit: units.BytesIEC,
      width: 12,
    },
    { expr: `node_memory_MemTotal_bytes{${NODE}}`, legend: 'total' },
    {
      expr: `node_memory_MemTotal_bytes{${NODE}} - node_memory_MemAvailable_bytes{${NODE}}`,
      legend: 'used',
    },
    { expr: `node_memory_Cached_bytes{${NODE}}`, legend: 'cache' },
  ),
  timeseries(
    {
      title: 'Swap',
      description: 'Swap space in use. It slows the host only when pages are read back, which major page faults show.',
      unit: units.BytesIEC,
      width: 6,
    },
    { expr: `node_memory_SwapTotal_bytes{${NODE}} - node_memory_SwapFree_bytes{${NODE}}`, legend: 'used' },
  ),
  timeseries(
    {
      title: 'Major page faults',
      description: 'Page faults per second for which a page had to be read from disk.',
      unit: units.CountsPerSecond,
      width: 6,
    },
    { expr: rate('node_vmstat_pgmajfault'), legend: 'major faults' },
  ),
]);

export const pressure = row('Pressure', [
  timeseries(
    {
      title: 'Some tasks waited',
      description: 'Share of time in which at least one task waited for the resource.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: rate('node_pressure_cpu_waiting_seconds_total'), legend: 'CPU' },
    { expr: rate('node_pressure_memory_waiting_seconds_total'), legend: 'memory' },
    { expr: rate('node_pressure_io_waiting_seconds_total'), legend: 'input and output' },
  ),
  timeseries(
    {
      title: 'All tasks waited',
      description: 'Share of time in which all tasks waited for the resource, so that no work was done.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: rate('node_pressure_memory_stalled_seconds_total'), legend: 'memory' },
    { expr: rate('node_pressure_io_stalled_seconds_total'), legend: 'input and output' },
  ),
]);
