import { defineCollector } from '../collection/collector.ts';
import { counter, type Family, familiesByName, gauge } from '../metrics/metric.ts';
import { parseZoneinfo } from '../parse/zoneinfo.ts';

const LABELS = ['node', 'zone'] as const;

type ZoneFamily = Family<(typeof LABELS)[number], 'gauge' | 'counter'>;

function gaugeOf(name: string, help: string): ZoneFamily {
  return gauge(`node_zoneinfo_${name}`, help, LABELS);
}

function counterOf(name: string, help: string): ZoneFamily {
  return counter(`node_zoneinfo_${name}_total`, help, LABELS);
}

/**
 * Families by the name of the field in the file. These are the fields that node_exporter emits; the kernel prints more
 * fields. https://docs.kernel.org/admin-guide/numastat.html describes the fields numa_*.
 */
const FIELDS: ReadonlyMap<string, ZoneFamily> = new Map([
  ['nr_free_pages', gaugeOf('nr_free_pages', 'Free memory pages of the memory zone.')],
  [
    'min',
    gaugeOf(
      'min_pages',
      'Minimum of free pages in the memory zone: if fewer pages are free, allocations wait until the kernel reclaims pages.',
    ),
  ],
  [
    'low',
    gaugeOf(
      'low_pages',
      'Low mark for the free pages in the memory zone: if fewer pages are free, kswapd starts to reclaim pages.',
    ),
  ],
  [
    'high',
    gaugeOf(
      'high_pages',
      'High mark for the free pages in the memory zone: if more pages are free, kswapd stops reclaiming pages.',
    ),
  ],
  [
    'scanned',
    gaugeOf('scanned_pages', 'Pages of the memory zone that the kernel has scanned since it last reclaimed a page.'),
  ],
  ['spanned', gaugeOf('spanned_pages', 'Pages that the memory zone spans, including holes.')],
  ['present', gaugeOf('present_pages', 'Physical pages that exist in the memory zone.')],
  ['managed', gaugeOf('managed_pages', 'Pages of the memory zone that the buddy allocator manages.')],
  ['nr_active_anon', gaugeOf('nr_active_anon_pages', 'Anonymous pages of the memory zone that were used recently.')],
  [
    'nr_inactive_anon',
    gaugeOf('nr_inactive_anon_pages', 'Anonymous pages of the memory zone that were not used recently.'),
  ],
  [
    'nr_isolated_anon',
    gaugeOf('nr_isolated_anon_pages', 'Anonymous pages of the memory zone that are isolated for reclaim or migration.'),
  ],
  ['nr_anon_pages', gaugeOf('nr_anon_pages', 'Anonymous pages of the memory zone that are mapped into processes.')],
  ['nr_active_file', gaugeOf('nr_active_file_pages', 'File pages of the memory zone that were used recently.')],
  ['nr_inactive_file', gaugeOf('nr_inactive_file_pages', 'File pages of the memory zone that were not used recently.')],
  [
    'nr_isolated_file',
    gaugeOf('nr_isolated_file_pages', 'File pages of the memory zone that are isolated for reclaim or migration.'),
  ],
  ['nr_file_pages', gaugeOf('nr_file_pages', 'File pages of the memory zone.')],
  ['nr_slab_reclaimable', gaugeOf('nr_slab_reclaimable_pages', 'Slab pages of the memory zone that can be reclaimed.')],
  [
    'nr_slab_unreclaimable',
    gaugeOf('nr_slab_unreclaimable_pages', 'Slab pages of the memory zone that cannot be reclaimed.'),
  ],
  ['nr_mlock_stack', gaugeOf('nr_mlock_stack_pages', 'Pages of the memory zone locked by mlock(2).')],
  ['nr_mapped', gaugeOf('nr_mapped_pages', 'File pages of the memory zone that are mapped into processes.')],
  ['nr_dirty', gaugeOf('nr_dirty_pages', 'Pages of the memory zone that wait to be written to disk.')],
  ['nr_writeback', gaugeOf('nr_writeback_pages', 'Pages of the memory zone that are being written to disk.')],
  [
    'nr_unevictable',
    gaugeOf('nr_unevictable_pages', 'Pages of the memory zone that cannot be reclaimed, such as locked pages.'),
  ],
  ['nr_shmem', gaugeOf('nr_shmem_pages', 'Pages of the memory zone used for shared memory and tmpfs.')],
  [
    'nr_anon_transparent_hugepages',
    gaugeOf('nr_anon_transparent_hugepages', 'Anonymous transparent huge pages of the memory zone.'),
  ],
  ['nr_kernel_stack', gaugeOf('nr_kernel_stacks', 'Memory in the memory zone that is used for kernel stacks, in KiB.')],
  ['nr_dirtied', counterOf('nr_dirtied', 'Pages of the memory zone that became dirty.')],
  ['nr_written', counterOf('nr_written', 'Pages of the memory zone that were written to disk.')],
  [
    'numa_hit',
    counterOf('numa_hit', 'Pages allocated in the memory zone for processes that preferred the NUMA node of the zone.'),
  ],
  [
    'numa_miss',
    counterOf('numa_miss', 'Pages allocated in the memory zone for processes that preferred another NUMA node.'),
  ],
  [
    'numa_foreign',
    counterOf(
      'numa_foreign',
      'Pages allocated on another NUMA node for processes that preferred the NUMA node of the memory zone.',
    ),
  ],
  [
    'numa_interleave',
    counterOf(
      'numa_interleave',
      'Pages allocated in the memory zone because the interleave policy chose the NUMA node of the zone.',
    ),
  ],
  [
    'numa_local',
    counterOf('numa_local', 'Pages allocated in the memory zone for processes on a CPU of the NUMA node of the zone.'),
  ],
  [
    'numa_other',
    counterOf('numa_other', 'Pages allocated in the memory zone for processes on a CPU of another NUMA node.'),
  ],
]);

const protection = familiesByName((zone) =>
  gauge(
    `node_zoneinfo_protection_${zone}`,
    `Free pages of the memory zone that allocations intended for zone number ${zone} may not use.`,
    LABELS,
  ),
);

/** https://man7.org/linux/man-pages/man5/proc_zoneinfo.5.html */
export const zoneinfo = defineCollector({
  name: 'zoneinfo',
  help: 'Memory zones of each NUMA node from /proc/zoneinfo',
  enabled: false,
  create: () => ({
    families: [...FIELDS.values()],
    dynamicFamilies: [protection('<zone>')],
    collect(host, emit) {
      for (const zone of host.proc.read('zoneinfo', (text, report) => parseZoneinfo(text, FIELDS, report))) {
        const labels = { node: zone.node, zone: zone.zone };
        for (const [field, family] of FIELDS) {
          const value = zone.fields.get(field);
          if (value !== undefined) emit(family, value, labels);
        }
        for (const [index, pages] of zone.protection.entries()) {
          if (pages !== undefined) emit(protection(String(index)), pages, labels);
        }
      }
    },
  }),
});
