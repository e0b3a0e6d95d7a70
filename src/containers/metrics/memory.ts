import { counter, gauge } from '../../metrics/metric.ts';
import { getMemoryLimit, getWorkingSet, type MemoryUsage, type PageFaults } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = gauge(
  'container_memory_usage_bytes',
  'Memory that the container uses, including caches, in bytes.',
  CONTAINER_LABELS,
);
const workingSet = gauge(
  'container_memory_working_set_bytes',
  'Memory that the container uses without the file cache that was not used recently, in bytes.',
  CONTAINER_LABELS,
);
const rss = gauge('container_memory_rss', 'Anonymous memory of the container, in bytes.', CONTAINER_LABELS);
const cache = gauge('container_memory_cache', 'File cache of the container, in bytes.', CONTAINER_LABELS);
const swap = gauge('container_memory_swap', 'Swap space that the container uses, in bytes.', CONTAINER_LABELS);
const mappedFile = gauge(
  'container_memory_mapped_file',
  'Memory-mapped files of the container, in bytes.',
  CONTAINER_LABELS,
);
const failures = counter(
  'container_memory_failcnt',
  'Number of times that the container reached its memory limit.',
  CONTAINER_LABELS,
);
const faults = counter(
  'container_memory_failures_total',
  'Page faults of the container: all of them (pgfault), or only those that read from a disk (pgmajfault).',
  [...CONTAINER_LABELS, 'failure_type', 'scope'],
);
const oomKills = counter(
  'container_oom_events_total',
  'Processes of the container that the kernel killed because memory ran out.',
  CONTAINER_LABELS,
);
const limit = gauge(
  'container_spec_memory_limit_bytes',
  'Memory limit of the container, in bytes. 0 means no limit.',
  CONTAINER_LABELS,
);

export const memoryFamilies = [
  ...[usage, workingSet, rss, cache, swap, mappedFile],
  ...[failures, faults, oomKills, limit],
];

export function emitMemory(emit: EmitIfKnown, memory: MemoryUsage, labels: ContainerLabels): void {
  const { base } = labels;
  emit(usage, memory.usage, base);
  emit(workingSet, getWorkingSet(memory), base);
  emit(rss, memory.rss, base);
  emit(cache, memory.cache, base);
  emit(swap, memory.swap, base);
  emit(mappedFile, memory.mappedFile, base);
  emit(failures, memory.failures, base);
  emitFaults(emit, memory.faults, labels.with('failure_type', 'pgfault'));
  emitFaults(emit, memory.majorFaults, labels.with('failure_type', 'pgmajfault'));
  emit(oomKills, memory.oomKills, base);
  if (memory.limit !== undefined) emit(limit, getMemoryLimit(memory) ?? 0, base);
}

type FaultLabels = ContainerLabels<(typeof CONTAINER_LABELS)[number] | 'failure_type'>;

function emitFaults(emit: EmitIfKnown, { local, hierarchical }: PageFaults, labels: FaultLabels): void {
  emit(faults, local, labels.with('scope', 'container').base);
  emit(faults, hierarchical, labels.with('scope', 'hierarchy').base);
}
