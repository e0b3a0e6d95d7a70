import { type Family, gauge } from '../../metrics/metric.ts';
import { toMetricPart } from '../../parse/meminfo.ts';

/** The fields of `/proc/meminfo` that node_exporter emits in bytes. The kernel prints other fields too. */
const BYTE_FIELDS = [
  ['Active', 'Memory that was used recently and is therefore seldom reclaimed'],
  ['Active(anon)', 'Anonymous memory that was used recently'],
  ['Active(file)', 'Page cache that was used recently'],
  ['AnonHugePages', 'Anonymous memory allocated as transparent huge pages'],
  ['AnonPages', 'Anonymous memory mapped into processes'],
  ['Bounce', 'Memory used for bounce buffers of block devices'],
  ['Buffers', 'Memory used for buffers of raw disk blocks'],
  ['Cached', 'Memory used for the page cache, including shared memory and tmpfs but not the swap cache'],
  ['CmaFree', 'Unused memory in the area reserved for the contiguous memory allocator (CMA)'],
  ['CmaTotal', 'Memory reserved for the contiguous memory allocator (CMA)'],
  ['CommitLimit', 'Limit of the memory that all processes together may allocate under strict overcommit'],
  ['Committed_AS', 'Memory that all processes together have allocated, whether they use it or not'],
  ['DirectMap1G', 'Memory that the kernel maps directly with pages of 1 GiB'],
  ['DirectMap2M', 'Memory that the kernel maps directly with pages of 2 MiB'],
  ['DirectMap4k', 'Memory that the kernel maps directly with pages of 4 KiB'],
  ['Dirty', 'Memory that waits to be written to disk'],
  ['HardwareCorrupted', 'Memory that the kernel does not use because it is corrupted'],
  ['Hugepagesize', 'Default size of a huge page'],
  ['Inactive', 'Memory that was not used recently and is therefore reclaimed first'],
  ['Inactive(anon)', 'Anonymous memory that was not used recently'],
  ['Inactive(file)', 'Page cache that was not used recently'],
  ['KernelStack', 'Memory used for the kernel stacks of all tasks'],
  ['Mapped', 'Page cache mapped into processes'],
  ['MemAvailable', 'Estimate of the memory that new programs can use without swapping'],
  ['MemFree', 'Memory that is not used at all'],
  ['MemTotal', 'Usable memory of the host'],
  ['Mlocked', 'Memory locked with mlock(2)'],
  ['NFS_Unstable', 'NFS data that the server received but had not committed to disk yet (always 0 since Linux 5.8)'],
  ['PageTables', 'Memory used for page tables'],
  ['Percpu', 'Memory used by the per-CPU allocator'],
  ['SReclaimable', 'Slab memory of the kernel that can be reclaimed, such as caches'],
  ['SUnreclaim', 'Slab memory of the kernel that cannot be reclaimed'],
  ['Shmem', 'Memory used for shared memory and tmpfs'],
  ['ShmemHugePages', 'Shared memory and tmpfs allocated as huge pages'],
  ['ShmemPmdMapped', 'Shared memory and tmpfs mapped into processes as huge pages'],
  ['Slab', 'Memory used by the slab allocator for kernel objects'],
  ['SwapCached', 'Memory that was read back from swap and still has a valid copy in swap'],
  ['SwapFree', 'Unused swap space'],
  ['SwapTotal', 'Swap space of the host'],
  ['Unevictable', 'Memory that cannot be reclaimed, such as locked memory'],
  ['VmallocChunk', 'Largest contiguous free block of the vmalloc area (always 0 since Linux 4.4)'],
  ['VmallocTotal', 'Size of the vmalloc area'],
  ['VmallocUsed', 'Used part of the vmalloc area (always 0 from Linux 4.4 to 5.2)'],
  ['Writeback', 'Memory that is being written to disk'],
  ['WritebackTmp', 'Memory used by FUSE for temporary writeback buffers'],
  ['Zswap', 'Memory used by zswap for compressed pages'],
  ['Zswapped', 'Uncompressed size of the anonymous memory stored in zswap'],
] as const;

const PAGE_FIELDS = [
  ['HugePages_Free', "Huge pages in the kernel's pool that are not allocated."],
  ['HugePages_Rsvd', "Huge pages in the kernel's pool that are reserved but not allocated yet."],
  ['HugePages_Surp', "Huge pages in the kernel's pool beyond its configured size."],
  ['HugePages_Total', "Huge pages in the kernel's pool."],
] as const;

type MeminfoField = readonly [field: string, family: Family<never, 'gauge'>];

/** All fields that are emitted, in the order of the exposition. */
export const meminfoFields: readonly MeminfoField[] = [
  ...BYTE_FIELDS.map(([field, help]) => declare(field, '_bytes', `${help}, in bytes.`)),
  ...PAGE_FIELDS.map(([field, help]) => declare(field, '', help)),
];

/** Names of all fields that the families of both conventions need. */
export const meminfoNames: ReadonlySet<string> = new Set(meminfoFields.map(([field]) => field));

/** Declares the family of a field: `node_memory_Active_anon_bytes` for the field `Active(anon)`. */
function declare(field: string, suffix: string, help: string): MeminfoField {
  return [field, gauge(`node_memory_${toMetricPart(field)}${suffix}`, help)];
}
