import { counter, gauge } from '../../metrics/metric.ts';
import type { CpuUsage } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = counter('container_cpu_usage_seconds_total', 'CPU time that the container used, in seconds.', [
  ...CONTAINER_LABELS,
  'cpu',
]);
const user = counter(
  'container_cpu_user_seconds_total',
  'CPU time that the container used in user mode, in seconds.',
  CONTAINER_LABELS,
);
const system = counter(
  'container_cpu_system_seconds_total',
  'CPU time that the container used in kernel mode, in seconds.',
  CONTAINER_LABELS,
);
const periods = counter(
  'container_cpu_cfs_periods_total',
  "Elapsed enforcement periods of the container's CPU quota, whether throttled or not.",
  CONTAINER_LABELS,
);
const throttledPeriods = counter(
  'container_cpu_cfs_throttled_periods_total',
  "Enforcement periods of the container's CPU quota in which the container was throttled because it had used up the quota.",
  CONTAINER_LABELS,
);
const throttled = counter(
  'container_cpu_cfs_throttled_seconds_total',
  'Time during which the container was throttled because it had used up its CPU quota, in seconds.',
  CONTAINER_LABELS,
);
const quota = gauge(
  'container_spec_cpu_quota',
  'CPU time that the container may use in each enforcement period of its CPU quota, in microseconds.',
  CONTAINER_LABELS,
);
const period = gauge(
  'container_spec_cpu_period',
  "Length of an enforcement period of the container's CPU quota, in microseconds.",
  CONTAINER_LABELS,
);
const shares = gauge(
  'container_spec_cpu_shares',
  'CPU weight of the container compared with other containers, in CPU shares of cgroup v1; 0 if the cgroup file cpu.idle contains 1.',
  CONTAINER_LABELS,
);

export const cpuFamilies = [usage, user, system, periods, throttledPeriods, throttled, quota, period, shares];

export function emitCpu(emit: EmitIfKnown, cpu: CpuUsage, labels: ContainerLabels): void {
  // By default, cAdvisor reports only the sum of all CPUs, with this label value.
  emit(usage, cpu.usage, { ...labels, cpu: 'total' });
  emit(user, cpu.user, labels);
  emit(system, cpu.system, labels);
  emit(period, cpu.period, labels);
  emit(shares, cpu.shares, labels);
  // Without a quota, the throttling counters of the kernel are always 0, and are left out.
  if (cpu.quota === Number.POSITIVE_INFINITY) return;
  emit(quota, cpu.quota, labels);
  emit(periods, cpu.periods, labels);
  emit(throttledPeriods, cpu.throttledPeriods, labels);
  emit(throttled, cpu.throttled, labels);
}
