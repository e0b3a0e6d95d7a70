import { counter, gauge } from '../../metrics/metric.ts';
import type { CpuUsage } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = counter('container_cpu_usage_seconds_total', 'CPU time used.', [...CONTAINER_LABELS, 'cpu']);
const user = counter('container_cpu_user_seconds_total', 'CPU time used in user mode.', CONTAINER_LABELS);
const system = counter('container_cpu_system_seconds_total', 'CPU time used in the kernel.', CONTAINER_LABELS);
const periods = counter(
  'container_cpu_cfs_periods_total',
  'Periods in which the CPU quota was enforced.',
  CONTAINER_LABELS,
);
const throttledPeriods = counter(
  'container_cpu_cfs_throttled_periods_total',
  'Periods in which the CPU quota was used up.',
  CONTAINER_LABELS,
);
const throttled = counter(
  'container_cpu_cfs_throttled_seconds_total',
  'Time for which a used up CPU quota stopped tasks.',
  CONTAINER_LABELS,
);
const quota = gauge('container_spec_cpu_quota', 'Microseconds of CPU time allowed in each period.', CONTAINER_LABELS);
const period = gauge('container_spec_cpu_period', 'Microseconds in a period of the CPU quota.', CONTAINER_LABELS);
const shares = gauge('container_spec_cpu_shares', 'Weight among those that want the CPU.', CONTAINER_LABELS);

export const cpuFamilies = [usage, user, system, periods, throttledPeriods, throttled, quota, period, shares];

export function emitCpu(put: EmitIfKnown, cpu: CpuUsage, labels: ContainerLabels): void {
  const { base } = labels;
  // The counts of single CPUs, which cAdvisor has no more by default, told apart by the same label.
  put(usage, cpu.usage, labels.with('cpu', 'total').base);
  put(user, cpu.user, base);
  put(system, cpu.system, base);
  put(period, cpu.period, base);
  put(shares, cpu.shares, base);
  // Without a quota nothing is enforced, and the zeros of the kernel say nothing.
  if (cpu.quota === undefined || cpu.quota === Number.POSITIVE_INFINITY) return;
  put(quota, cpu.quota, base);
  put(periods, cpu.periods, base);
  put(throttledPeriods, cpu.throttledPeriods, base);
  put(throttled, cpu.throttled, base);
}
