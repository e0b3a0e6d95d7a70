import { counter, type Emit, gauge } from '../../metric.ts';
import { CONTAINER_LABELS, type ContainerLabels } from '../labels.ts';
import { type Faults, limitOf, type MemoryUsage } from '../usage.ts';
import { emitPresent } from './present.ts';

const usage = gauge('container_memory_usage_bytes', 'Memory in use, with caches.', CONTAINER_LABELS);
const workingSet = gauge(
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

export const memoryFamilies = [usage, workingSet, rss, cache, swap, mappedFile, failures, faults, oomKills, limit];

export function emitMemory(emit: Emit, memory: MemoryUsage, labels: ContainerLabels): void {
  const { base } = labels;
  emitPresent(emit, usage, memory.usage, base);
  emitPresent(emit, workingSet, workingSetOf(memory), base);
  emitPresent(emit, rss, memory.rss, base);
  emitPresent(emit, cache, memory.cache, base);
  emitPresent(emit, swap, memory.swap, base);
  emitPresent(emit, mappedFile, memory.mappedFile, base);
  emitPresent(emit, failures, memory.failures, base);
  emitFaults(emit, 'pgfault', memory.faults, labels);
  emitFaults(emit, 'pgmajfault', memory.majorFaults, labels);
  emitPresent(emit, oomKills, memory.oomKills, base);
  if (memory.limit !== undefined) emit(limit, limitOf(memory.limit) ?? 0, base);
}

/** What an eviction looks at: the usage but for what the kernel would drop first. The two are read one after the other. */
export function workingSetOf({ usage: used, inactiveFile }: MemoryUsage): number | undefined {
  if (used === undefined || inactiveFile === undefined) return undefined;
  return Math.max(0, used - inactiveFile);
}

function emitFaults(
  emit: Emit,
  type: 'pgfault' | 'pgmajfault',
  { own, hierarchy }: Faults,
  labels: ContainerLabels,
): void {
  const withType = labels.with('failure_type', type);
  if (own !== undefined) emit(faults, own, withType.with('scope', 'container').base);
  if (hierarchy !== undefined) emit(faults, hierarchy, withType.with('scope', 'hierarchy').base);
}
