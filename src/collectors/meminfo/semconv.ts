import { type Emit, semconv } from '../../metrics/metric.ts';
import type { MeminfoFields } from '../../parse/meminfo.ts';
import type { SwapArea } from '../../parse/swaps.ts';

/** Families whose value is one field of `/proc/meminfo`. */
const FIELDS = [
  ['MemTotal', semconv.intUpDownCounter('system.memory.limit', 'By', 'Usable memory of the host, in bytes.')],
  [
    'MemAvailable',
    semconv.intUpDownCounter(
      'system.memory.linux.available',
      'By',
      'Estimate of the memory that new programs can use without swapping, in bytes.',
    ),
  ],
  [
    'Dirty',
    semconv.intUpDownCounter('system.linux.memory.dirty', 'By', 'Memory that waits to be written to disk, in bytes.'),
  ],
  [
    'Shmem',
    semconv.intUpDownCounter('system.memory.linux.shared', 'By', 'Memory used for shared memory and tmpfs, in bytes.'),
  ],
  [
    'Hugepagesize',
    semconv.intUpDownCounter('system.memory.linux.hugepages.page_size', 'By', 'Default size of a huge page, in bytes.'),
  ],
  [
    'HugePages_Total',
    semconv.intUpDownCounter('system.memory.linux.hugepages.limit', '{page}', "Huge pages in the kernel's pool."),
  ],
  [
    'HugePages_Rsvd',
    semconv.intUpDownCounter(
      'system.memory.linux.hugepages.reserved',
      '{page}',
      "Huge pages in the kernel's pool that are reserved but not allocated yet.",
    ),
  ],
  [
    'HugePages_Surp',
    semconv.intUpDownCounter(
      'system.memory.linux.hugepages.surplus',
      '{page}',
      "Huge pages in the kernel's pool beyond its configured size.",
    ),
  ],
] as const;

const pageSizeBytes = semconv.intGauge('system.memory.page_size', 'By', 'Size of a memory page, in bytes.');

const MEMORY_STATE = 'system.memory.state';
const memoryUsage = semconv.intUpDownCounter('system.memory.usage', 'By', 'Memory of the host by state, in bytes.', [
  MEMORY_STATE,
]);
const memoryUtilization = semconv.gauge(
  'system.memory.utilization',
  '1',
  'Memory of the host by state, as a fraction of the total memory.',
  [MEMORY_STATE],
);

const SLAB_STATE = 'system.memory.linux.slab.state';
const slabUsage = semconv.intUpDownCounter(
  'system.memory.linux.slab.usage',
  'By',
  'Memory used by the slab allocator for kernel objects, in bytes.',
  [SLAB_STATE],
);
const SLAB_FIELDS = [
  ['SReclaimable', 'reclaimable'],
  ['SUnreclaim', 'unreclaimable'],
] as const;

const HUGE_PAGE_STATE = 'system.memory.linux.hugepages.state';
const hugePageUsage = semconv.intUpDownCounter(
  'system.memory.linux.hugepages.usage',
  '{page}',
  "Huge pages in the kernel's pool by state.",
  [HUGE_PAGE_STATE],
);
const hugePageUtilization = semconv.gauge(
  'system.memory.linux.hugepages.utilization',
  '1',
  "Huge pages in the kernel's pool by state, as a fraction of all huge pages in the pool.",
  [HUGE_PAGE_STATE],
);

const DEVICE = 'system.device';
const PAGING_STATE = 'system.paging.state';
const pagingUsage = semconv.intUpDownCounter(
  'system.paging.usage',
  'By',
  'Space of the swap area by state, in bytes.',
  [DEVICE, PAGING_STATE],
);
const pagingUtilization = semconv.gauge(
  'system.paging.utilization',
  '1',
  'Space by state, as a fraction of the size of the swap area.',
  [DEVICE, PAGING_STATE],
);

export const semconvFamilies = [
  ...FIELDS.map(([, family]) => family),
  ...[
    pageSizeBytes,
    memoryUsage,
    memoryUtilization,
    slabUsage,
    hugePageUsage,
    hugePageUtilization,
    pagingUsage,
    pagingUtilization,
  ],
];

/** @param pageSize size of a memory page in bytes; `undefined` if the kernel does not report the size */
export function emitMemory(emit: Emit, fields: MeminfoFields, pageSize: number | undefined): void {
  if (pageSize !== undefined) emit(pageSizeBytes, pageSize);
  for (const [field, family] of FIELDS) {
    const value = fields.get(field);
    if (value !== undefined) emit(family, value);
  }
  const total = fields.get('MemTotal');
  for (const [state, bytes] of bytesByState(fields)) {
    emit(memoryUsage, bytes, { [MEMORY_STATE]: state });
    if (total !== undefined && total > 0) emit(memoryUtilization, bytes / total, { [MEMORY_STATE]: state });
  }
  for (const [field, state] of SLAB_FIELDS) {
    const bytes = fields.get(field);
    if (bytes !== undefined) emit(slabUsage, bytes, { [SLAB_STATE]: state });
  }
  emitHugePages(emit, fields);
}

/**
 * Returns the bytes of memory in each state, computed as in free(1): used memory is total memory minus available memory.
 * Used memory includes caches that cannot be reclaimed, so the states may add up to more than the total.
 */
function bytesByState(fields: MeminfoFields): readonly (readonly [state: string, bytes: number])[] {
  const [total, available] = [fields.get('MemTotal'), fields.get('MemAvailable')];
  const used = total !== undefined && available !== undefined ? total - available : undefined;
  const pageCache = fields.get('Cached');
  // In some sandboxes /proc/meminfo has no field for the reclaimable slab memory, which then counts as 0.
  const slab = fields.has('SReclaimable') ? fields.get('SReclaimable') : 0;
  const cached = pageCache === undefined || slab === undefined ? undefined : pageCache + slab;
  const states = { used, free: fields.get('MemFree'), buffers: fields.get('Buffers'), cached };
  return Object.entries(states).flatMap(([state, bytes]) => (bytes === undefined ? [] : [[state, bytes] as const]));
}

function emitHugePages(emit: Emit, fields: MeminfoFields): void {
  const [total, free] = [fields.get('HugePages_Total'), fields.get('HugePages_Free')];
  if (total === undefined || free === undefined) return;
  for (const [state, pages] of Object.entries({ free, used: total - free })) {
    emit(hugePageUsage, pages, { [HUGE_PAGE_STATE]: state });
    if (total > 0) emit(hugePageUtilization, pages / total, { [HUGE_PAGE_STATE]: state });
  }
}

export function emitSwapArea(emit: Emit, { name, size, used }: SwapArea): void {
  if (size === undefined || used === undefined) return;
  for (const [state, bytes] of Object.entries({ used, free: size - used })) {
    const attributes = { [DEVICE]: name, [PAGING_STATE]: state };
    emit(pagingUsage, bytes, attributes);
    if (size > 0) emit(pagingUtilization, bytes / size, attributes);
  }
}
