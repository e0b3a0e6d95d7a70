import { counter, gauge } from '../../metrics/metric.ts';
import { getMemoryLimit, getWorkingSet, type MemoryUsage, type PageFaults } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = gauge(
  'container_memory_usage_bytes',
  'Memory used by the container, including file cache, in bytes.',
  CONTAINER_LABELS,
);
const maxUsage = gauge(
  'container_memory_max_usage_bytes',
  'Largest memory usage of the container since its start, including file cache, in bytes.',
  CONTAINER_LABELS,
);
const workingSet = gauge(
  'container_memory_working_set_bytes',
  'Memory used by the container minus file cache that was not used recently, in bytes.',
  CONTAINER_LABELS,
);
const rss = gauge('container_memory_rss', 'Anonymous memory of the container, in bytes.', CONTAINER_LABELS);
const cache = gauge(
  'container_memory_cache',
  'Memory used for the file cache of the container, in bytes.',
  CONTAINER_LABELS,
);
const swap = gauge('container_memory_swap', 'Swap space used by the container, in bytes.', CONTAINER_LABELS);
const mappedFile = gauge(
  'container_memory_mapped_file',
  'Memory of the container that is mapped from files, in bytes.',
  CONTAINER_LABELS,
);
const failures = counter(
  'container_memory_failcnt',
  'Number of times that the container reached its memory limit.',
  CONTAINER_LABELS,
);
const faults = counter(
  'container_memory_failures_total',
  'Page faults of the container; failure_type is pgfault for all page faults and pgmajfault for those that read from a disk.',
  [...CONTAINER_LABELS, 'failure_type', 'scope'],
);
const oomKills = counter(
  'container_oom_events_total',
  'Processes of the container that the kernel killed because the memory ran out.',
  CONTAINER_LABELS,
);
const limit = gauge(
  'container_spec_memory_limit_bytes',
  'Memory limit of the container, in bytes; 0 if the container has no limit.',
  CONTAINER_LABELS,
);

export const memoryFamilies = [
  ...[usage, maxUsage, workingSet, rss, cache, swap, mappedFile],
  ...[failures, faults, oomKills, limit],
];

export function emitMemory(emit: EmitIfKnown, memory: MemoryUsage, labels: ContainerLabels): void {
  emit(usage, memory.usage, labels);
  emit(maxUsage, memory.maxUsage, labels);
  emit(workingSet, getWorkingSet(memory), labels);
  emit(rss, memory.rss, labels);
  emit(cache, memory.cache, labels);
  emit(swap, memory.swap, labels);
  emit(mappedFile, memory.mappedFile, labels);
  emit(failures, memory.failures, labels);
  emitFaults(emit, memory.faults, { ...labels, failure_type: 'pgfault' });
  emitFaults(emit, memory.majorFaults, { ...labels, failure_type: 'pgmajfault' });
  emit(oomKills, memory.oomKills, labels);
  if (memory.limit !== undefined) emit(limit, getMemoryLimit(memory) ?? 0, labels);
}

type FaultLabels = ContainerLabels & { readonly failure_type: string };

function emitFaults(emit: EmitIfKnown, { local, hierarchical }: PageFaults, labels: FaultLabels): void {
  emit(faults, local, { ...labels, scope: 'container' });
  emit(faults, hierarchical, { ...labels, scope: 'hierarchy' });
}
