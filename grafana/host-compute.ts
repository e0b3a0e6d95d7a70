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
      description: 'What the CPUs spend their time on: 100 % is all of them. What is missing there is idle.',
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
      description: 'The four CPUs with the least idle time: one that is full while the mean is low is one thread.',
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
      description: 'How often the CPUs went from one task to another, and were interrupted by a device.',
      unit: units.CountsPerSecond,
      width: 12,
    },
    { expr: rate('node_context_switches_total'), legend: 'context switches' },
    { expr: rate('node_intr_total'), legend: 'interrupts' },
  ),
  timeseries(
    {
      title: 'Processes',
      description: 'Processes that run or could run, and those that wait for a disk.',
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
        'Used is what programs could not have: all but what the kernel says is available. The cache gives way.',
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
      description: 'Swap space in use. What is swapped out and not asked for does no harm.',
      unit: units.BytesIEC,
      width: 6,
    },
    { expr: `node_memory_SwapTotal_bytes{${NODE}} - node_memory_SwapFree_bytes{${NODE}}`, legend: 'used' },
  ),
  timeseries(
    {
      title: 'Major page faults',
      description: 'How often a program had to wait until memory was read from a disk.',
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
      description: 'The part of the time in which at least one task waited for a resource it had too little of.',
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
      description: 'The part of the time in which nothing got on, because every task waited: time lost.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: rate('node_pressure_memory_stalled_seconds_total'), legend: 'memory' },
    { expr: rate('node_pressure_io_stalled_seconds_total'), legend: 'input and output' },
  ),
]);
