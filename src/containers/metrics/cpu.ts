import { counter, gauge } from '../../metrics/metric.ts';
import type { CpuUsage } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = counter('container_cpu_usage_seconds_total', 'CPU time that the container has used, in seconds.', [
  ...CONTAINER_LABELS,
  'cpu',
]);
const user = counter(
  'container_cpu_user_seconds_total',
  'CPU time that the container has used in user mode, in seconds.',
  CONTAINER_LABELS,
);
const system = counter(
  'container_cpu_system_seconds_total',
  'CPU time that the container has used in kernel mode, in seconds.',
  CONTAINER_LABELS,
);
const periods = counter(
  'container_cpu_cfs_periods_total',
  "Periods in which the container's CPU quota was enforced.",
  CONTAINER_LABELS,
);
const throttledPeriods = counter(
  'container_cpu_cfs_throttled_periods_total',
  'Periods in which the container was throttled because it had used up its CPU quota.',
  CONTAINER_LABELS,
);
const throttled = counter(
  'container_cpu_cfs_throttled_seconds_total',
  'Time for which the container was throttled because it had used up its CPU quota, in seconds.',
  CONTAINER_LABELS,
);
const quota = gauge(
  'container_spec_cpu_quota',
  'CPU time that the container may use in each period, in microseconds.',
  CONTAINER_LABELS,
);
const period = gauge(
  'container_spec_cpu_period',
  "Length of a period of the container's CPU quota, in microseconds.",
  CONTAINER_LABELS,
);
const shares = gauge(
  'container_spec_cpu_shares',
  'Weight of the container when it competes for CPU time, as CPU shares of cgroup v1.',
  CONTAINER_LABELS,
);

export const cpuFamilies = [usage, user, system, periods, throttledPeriods, throttled, quota, period, shares];

export function emitCpu(emit: EmitIfKnown, cpu: CpuUsage, labels: ContainerLabels): void {
  const { base } = labels;
  // By default, cAdvisor reports only the sum of all CPUs, and uses this label value for it.
  emit(usage, cpu.usage, labels.with('cpu', 'total').base);
  emit(user, cpu.user, base);
  emit(system, cpu.system, base);
  emit(period, cpu.period, base);
  emit(shares, cpu.shares, base);
  // Without a quota, the kernel's throttling counters are always 0.
  if (cpu.quota === undefined || cpu.quota === Number.POSITIVE_INFINITY) return;
  emit(quota, cpu.quota, base);
  emit(periods, cpu.periods, base);
  emit(throttledPeriods, cpu.throttledPeriods, base);
  emit(throttled, cpu.throttled, base);
}
