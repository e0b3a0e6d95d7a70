import { defineCollector } from '../collection/collector.ts';
import { type Emit, type Family, gauge, semconv } from '../metrics/metric.ts';
import { parseMeminfo, toMetricPart } from '../parse/meminfo.ts';
import { parseSwaps, type SwapArea } from '../parse/swaps.ts';

/** Those of node_exporter; the kernel prints more, and other numbers of them with every release. */
const FIELDS_IN_BYTES = [
  'Active',
  'Active(anon)',
  'Active(file)',
  'AnonHugePages',
  'AnonPages',
  'Bounce',
  'Buffers',
  'Cached',
  'CmaFree',
  'CmaTotal',
  'CommitLimit',
  'Committed_AS',
  'DirectMap1G',
  'DirectMap2M',
  'DirectMap4k',
  'Dirty',
  'HardwareCorrupted',
  'Hugepagesize',
  'Inactive',
  'Inactive(anon)',
  'Inactive(file)',
  'KernelStack',
  'Mapped',
  'MemAvailable',
  'MemFree',
  'MemTotal',
  'Mlocked',
  'NFS_Unstable',
  'PageTables',
  'Percpu',
  'SReclaimable',
  'SUnreclaim',
  'Shmem',
  'ShmemHugePages',
  'ShmemPmdMapped',
  'Slab',
  'SwapCached',
  'SwapFree',
  'SwapTotal',
  'Unevictable',
  'VmallocChunk',
  'VmallocTotal',
  'VmallocUsed',
  'Writeback',
  'WritebackTmp',
  'Zswap',
  'Zswapped',
] as const;
const COUNTED_FIELDS = ['HugePages_Free', 'HugePages_Rsvd', 'HugePages_Surp', 'HugePages_Total'] as const;

const families: readonly (readonly [field: string, family: Family<never, 'gauge'>])[] = [
  ...FIELDS_IN_BYTES.map((field) => declare(field, '_bytes', 'in bytes')),
  ...COUNTED_FIELDS.map((field) => declare(field, '', 'in pages')),
];

/** `Active(anon)` -> `node_memory_Active_anon_bytes` */
function declare(field: string, suffix: string, unit: string): readonly [string, Family<never, 'gauge'>] {
  return [field, gauge(`node_memory_${toMetricPart(field)}${suffix}`, `${field} of /proc/meminfo, ${unit}.`)];
}

type Fields = ReadonlyMap<string, number>;

/** A metric of the conventions that is one field as it is. */
const AMOUNTS = [
  ['MemTotal', semconv.upDownCounter('system.memory.limit', 'By', 'Size of the memory.')],
  [
    'MemAvailable',
    semconv.upDownCounter('system.memory.linux.available', 'By', 'Memory that programs can have without swapping.'),
  ],
  ['Shmem', semconv.upDownCounter('system.memory.linux.shared', 'By', 'Shared memory and tmpfs.')],
  ['Hugepagesize', semconv.upDownCounter('system.memory.linux.hugepages.page_size', 'By', 'Size of a huge page.')],
  [
    'HugePages_Total',
    semconv.upDownCounter('system.memory.linux.hugepages.limit', '{page}', 'Huge pages that there are.'),
  ],
  [
    'HugePages_Rsvd',
    semconv.upDownCounter(
      'system.memory.linux.hugepages.reserved',
      '{page}',
      'Huge pages that are promised and not in use.',
    ),
  ],
  [
    'HugePages_Surp',
    semconv.upDownCounter('system.memory.linux.hugepages.surplus', '{page}', 'Huge pages beyond the pool.'),
  ],
] as const;
const usage = semconv.upDownCounter('system.memory.usage', 'By', 'Memory by state.', ['system.memory.state']);
const utilization = semconv.gauge('system.memory.utilization', '1', 'Memory by state, as a part of all memory.', [
  'system.memory.state',
]);
const slab = semconv.upDownCounter('system.memory.linux.slab.usage', 'By', "Memory of the kernel's own objects.", [
  'system.memory.linux.slab.state',
]);
const hugePages = semconv.upDownCounter('system.memory.linux.hugepages.usage', '{page}', 'Huge pages by state.', [
  'system.memory.linux.hugepages.state',
]);
const hugePagesUsed = semconv.gauge(
  'system.memory.linux.hugepages.utilization',
  '1',
  'Huge pages by state, as a part of all of them.',
  ['system.memory.linux.hugepages.state'],
);
const swap = semconv.upDownCounter('system.paging.usage', 'By', 'Space of a swap area by state.', [
  'system.device',
  'system.paging.state',
]);
const swapUsed = semconv.gauge(
  'system.paging.utilization',
  '1',
  'Space of a swap area by state, as a part of all of it.',
  ['system.device', 'system.paging.state'],
);
const conventions = [
  ...AMOUNTS.map(([, family]) => family),
  ...[usage, utilization, slab, hugePages, hugePagesUsed, swap, swapUsed],
];

export const meminfo = defineCollector({
  name: 'meminfo',
  help: 'Memory from /proc/meminfo, and swap areas from /proc/swaps for the conventions',
  create: () => ({
    families: [...families.map(([, family]) => family), ...conventions],
    collect(host, emit) {
      const fields = host.proc.read('meminfo', parseMeminfo);
      if (emit.convention === 'semconv') {
        emitMemory(emit, fields);
        // A kernel without swap has no such file.
        for (const area of host.proc.find('swaps', parseSwaps) ?? []) emitSwap(emit, area);
        return;
      }
      for (const [field, family] of families) {
        const value = fields.get(field);
        if (value !== undefined) emit(family, value);
      }
    },
  }),
});

function emitMemory(emit: Emit, fields: Fields): void {
  for (const [field, family] of AMOUNTS) {
    const value = fields.get(field);
    if (value !== undefined) emit(family, value);
  }
  const total = fields.get('MemTotal');
  for (const [state, amount] of statesOf(fields)) {
    emit(usage, amount, { 'system.memory.state': state });
    if (total !== undefined && total > 0) emit(utilization, amount / total, { 'system.memory.state': state });
  }
  for (const [field, state] of SLABS) {
    const amount = fields.get(field);
    if (amount !== undefined) emit(slab, amount, { 'system.memory.linux.slab.state': state });
  }
  emitHugePages(emit, fields);
}

const SLABS = [
  ['SReclaimable', 'reclaimable'],
  ['SUnreclaim', 'unreclaimable'],
] as const;

/**
 * As free(1) and the Collector count them: used is what is not available to programs, and caches are in part. So the
 * states are more than all memory when added up.
 */
function statesOf(fields: Fields): readonly (readonly [state: string, amount: number])[] {
  const [total, available] = [fields.get('MemTotal'), fields.get('MemAvailable')];
  const used = total !== undefined && available !== undefined ? total - available : undefined;
  const files = fields.get('Cached');
  const cached = files === undefined ? undefined : files + (fields.get('SReclaimable') ?? 0);
  const amounts = { used, free: fields.get('MemFree'), buffers: fields.get('Buffers'), cached };
  return Object.entries(amounts).flatMap(([state, amount]) => (amount === undefined ? [] : [[state, amount] as const]));
}

function emitHugePages(emit: Emit, fields: Fields): void {
  const [total, free] = [fields.get('HugePages_Total'), fields.get('HugePages_Free')];
  if (total === undefined || free === undefined) return;
  for (const [state, pages] of Object.entries({ free, used: total - free })) {
    emit(hugePages, pages, { 'system.memory.linux.hugepages.state': state });
    if (total > 0) emit(hugePagesUsed, pages / total, { 'system.memory.linux.hugepages.state': state });
  }
}

function emitSwap(emit: Emit, { name, size, used }: SwapArea): void {
  for (const [state, amount] of Object.entries({ used, free: size - used })) {
    emit(swap, amount, { 'system.device': name, 'system.paging.state': state });
    if (size > 0) emit(swapUsed, amount / size, { 'system.device': name, 'system.paging.state': state });
  }
}
