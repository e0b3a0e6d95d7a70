import { defineCollector } from '../collector.ts';
import { type Family, gauge } from '../metric.ts';
import { parseMeminfo } from '../parse/meminfo.ts';

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
  const name = field.replace('(', '_').replace(')', '');
  return [field, gauge(`node_memory_${name}${suffix}`, `${field} of /proc/meminfo, ${unit}.`)];
}

export const meminfo = defineCollector({
  name: 'meminfo',
  help: 'Memory from /proc/meminfo',
  create: () => ({
    families: families.map(([, family]) => family),
    collect(host, emit) {
      const fields = host.proc.read('meminfo', parseMeminfo);
      for (const [field, family] of families) {
        const value = fields.get(field);
        if (value !== undefined) emit(family, value);
      }
    },
  }),
});
