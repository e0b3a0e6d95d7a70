import { counter, gauge } from '../../metrics/metric.ts';
import { type MemoryUsage, memoryLimit, type PageFaults, workingSet } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const usage = gauge('container_memory_usage_bytes', 'Memory in use, with caches.', CONTAINER_LABELS);
const workingSetBytes = gauge(
  'container_memory_working_set_bytes',
  'Memory in use but for files that were not used recently.',
  CONTAINER_LABELS,
);
const rss = gauge('container_memory_rss', 'Bytes of anonymous memory.', CONTAINER_LABELS);
const cache = gauge('container_memory_cache', 'Bytes of cached files.', CONTAINER_LABELS);
const swap = gauge('container_memory_swap', 'Bytes in swap.', CONTAINER_LABELS);
const mappedFile = gauge('container_memory_mapped_file', 'Bytes of files that are mapped.', CONTAINER_LABELS);
const failures = counter('container_memory_failcnt', 'How often the memory limit was reached.', CONTAINER_LABELS);
const faults = counter('container_memory_failures_total', 'Page faults.', [
  ...CONTAINER_LABELS,
  'failure_type',
  'scope',
]);
const oomKills = counter('container_oom_events_total', 'Processes killed for want of memory.', CONTAINER_LABELS);
const limit = gauge('container_spec_memory_limit_bytes', 'Memory limit; 0 for none.', CONTAINER_LABELS);

export const memoryFamilies = [usage, workingSetBytes, rss, cache, swap, mappedFile, failures, faults, oomKills, limit];

export function emitMemory(put: EmitIfKnown, memory: MemoryUsage, labels: ContainerLabels): void {
  const { base } = labels;
  put(usage, memory.usage, base);
  put(workingSetBytes, workingSet(memory), base);
  put(rss, memory.rss, base);
  put(cache, memory.cache, base);
  put(swap, memory.swap, base);
  put(mappedFile, memory.mappedFile, base);
  put(failures, memory.failures, base);
  emitFaults(put, 'pgfault', memory.faults, labels);
  emitFaults(put, 'pgmajfault', memory.majorFaults, labels);
  put(oomKills, memory.oomKills, base);
  if (memory.limit !== undefined) put(limit, memoryLimit(memory) ?? 0, base);
}

function emitFaults(
  put: EmitIfKnown,
  type: 'pgfault' | 'pgmajfault',
  { local, hierarchical }: PageFaults,
  labels: ContainerLabels,
): void {
  const withType = labels.with('failure_type', type);
  put(faults, local, withType.with('scope', 'container').base);
  put(faults, hierarchical, withType.with('scope', 'hierarchy').base);
}
