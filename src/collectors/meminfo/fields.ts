import { type Family, gauge } from '../../metrics/metric.ts';
import { toMetricPart } from '../../parse/meminfo.ts';

/** The fields of `/proc/meminfo` that node_exporter emits in bytes. The kernel prints other fields too. */
const BYTE_FIELDS = [
  ['Active', 'Memory used recently, which is seldom reclaimed'],
  ['Active(anon)', 'Anonymous memory used recently'],
  ['Active(file)', 'Page cache used recently'],
  ['AnonHugePages', 'Anonymous memory in huge pages'],
  ['AnonPages', 'Anonymous memory mapped into processes'],
  ['Bounce', 'Memory used for bounce buffers of block devices'],
  ['Buffers', 'Memory used for buffers of raw disk blocks'],
  ['Cached', 'Page cache of files, without the swap cache'],
  ['CmaFree', 'Free memory of the contiguous memory allocator'],
  ['CmaTotal', 'Memory of the contiguous memory allocator'],
  ['CommitLimit', 'Memory that processes may allocate under strict overcommit'],
  ['Committed_AS', 'Memory that processes have allocated, used or not'],
  ['DirectMap1G', 'Memory that the kernel maps directly with pages of 1 GiB'],
  ['DirectMap2M', 'Memory that the kernel maps directly with pages of 2 MiB'],
  ['DirectMap4k', 'Memory that the kernel maps directly with pages of 4 KiB'],
  ['Dirty', 'Memory that waits to be written to disk'],
  ['HardwareCorrupted', 'Memory that the kernel does not use because it is corrupted'],
  ['Hugepagesize', 'Default size of a huge page'],
  ['Inactive', 'Memory not used recently, which is reclaimed first'],
  ['Inactive(anon)', 'Anonymous memory not used recently'],
  ['Inactive(file)', 'Page cache not used recently'],
  ['KernelStack', 'Memory used for the kernel stacks of all tasks'],
  ['Mapped', 'Page cache mapped into processes'],
  ['MemAvailable', 'Estimate of the memory that new programs can use without swapping'],
  ['MemFree', 'Memory that is not used at all'],
  ['MemTotal', 'Usable memory of the host'],
  ['Mlocked', 'Memory locked with mlock(2)'],
  ['NFS_Unstable', 'NFS pages sent to the server and not yet committed to disk'],
  ['PageTables', 'Memory used for page tables'],
  ['Percpu', 'Memory used by the per-CPU allocator'],
  ['SReclaimable', 'Slab memory that can be reclaimed, such as caches'],
  ['SUnreclaim', 'Slab memory that cannot be reclaimed'],
  ['Shmem', 'Memory used for shared memory and tmpfs'],
  ['ShmemHugePages', 'Shared memory and tmpfs in huge pages'],
  ['ShmemPmdMapped', 'Shared memory and tmpfs mapped into processes with huge pages'],
  ['Slab', 'Memory used by the slab allocator for objects of the kernel'],
  ['SwapCached', 'Memory read back from swap whose copy in swap is still valid'],
  ['SwapFree', 'Unused swap space'],
  ['SwapTotal', 'Swap space of the host'],
  ['Unevictable', 'Memory that cannot be reclaimed, such as locked memory'],
  ['VmallocChunk', 'Largest contiguous free block of the vmalloc area'],
  ['VmallocTotal', 'Size of the vmalloc area'],
  ['VmallocUsed', 'Used part of the vmalloc area'],
  ['Writeback', 'Memory that is being written to disk'],
  ['WritebackTmp', 'Memory used by FUSE for temporary writeback buffers'],
  ['Zswap', 'Memory used by zswap for compressed pages'],
  ['Zswapped', 'Anonymous memory stored in zswap, before compression'],
] as const;

const PAGE_FIELDS = [
  ['HugePages_Free', "Huge pages in the kernel's pool that are not allocated."],
  ['HugePages_Rsvd', "Huge pages in the kernel's pool that are reserved but not allocated yet."],
  ['HugePages_Surp', "Huge pages in the kernel's pool beyond its configured size."],
  ['HugePages_Total', "Huge pages in the kernel's pool."],
] as const;

type MeminfoField = readonly [field: string, family: Family<never, 'gauge'>];

/** In the order of the page. */
export const meminfoFields: readonly MeminfoField[] = [
  ...BYTE_FIELDS.map(([field, help]) => declare(field, '_bytes', `${help}, in bytes.`)),
  ...PAGE_FIELDS.map(([field, help]) => declare(field, '', help)),
];

/** `Active(anon)` -> `node_memory_Active_anon_bytes` */
function declare(field: string, suffix: string, help: string): MeminfoField {
  return [field, gauge(`node_memory_${toMetricPart(field)}${suffix}`, help)];
}
