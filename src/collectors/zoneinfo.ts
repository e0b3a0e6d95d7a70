import { defineCollector } from '../collection/collector.ts';
import { counter, type Family, familiesByName, gauge } from '../metrics/metric.ts';
import { parseZoneinfo } from '../parse/zoneinfo.ts';

const LABELS = ['node', 'zone'] as const;

/** Those of node_exporter, by the kernel's name; the kernel has more of them with every release. */
const PAGES: Readonly<Record<string, string>> = {
  nr_free_pages: 'Pages that are free.',
  min: 'Free pages below which allocations wait for some.',
  low: 'Free pages below which kswapd wakes up.',
  high: 'Free pages above which kswapd sleeps again.',
  scanned: 'Pages scanned since one was reclaimed.',
  spanned: 'Pages from the first to the last one, with holes.',
  present: 'Pages that exist.',
  managed: 'Pages that the buddy allocator manages.',
  nr_active_anon: 'Anonymous pages that were used not long ago.',
  nr_inactive_anon: 'Anonymous pages that have not been used for long.',
  nr_isolated_anon: 'Anonymous pages that are being moved or reclaimed.',
  nr_anon_pages: 'Anonymous pages that are mapped.',
  nr_active_file: 'Pages of files that were used not long ago.',
  nr_inactive_file: 'Pages of files that have not been used for long.',
  nr_isolated_file: 'Pages of files that are being moved or reclaimed.',
  nr_file_pages: 'Pages of files.',
  nr_slab_reclaimable: 'Pages of slabs that can be reclaimed.',
  nr_slab_unreclaimable: 'Pages of slabs that cannot be reclaimed.',
  nr_mlock_stack: 'Pages that mlock() moved away.',
  nr_mapped: 'Pages of files that are mapped.',
  nr_dirty: 'Pages that differ from what is on disk.',
  nr_writeback: 'Pages that are being written.',
  nr_unevictable: 'Pages that cannot be reclaimed.',
  nr_shmem: 'Pages of shared memory and tmpfs.',
};
const COUNTERS: Readonly<Record<string, string>> = {
  nr_dirtied: 'Pages that became dirty.',
  nr_written: 'Pages that were written.',
  numa_hit: 'Allocations that got what they asked for.',
  numa_miss: 'Allocations that were meant for another node.',
  numa_foreign: 'Allocations meant for this node that another one served.',
  numa_interleave: 'Interleaved allocations that got what they asked for.',
  numa_local: 'Allocations from a CPU of this node.',
  numa_other: 'Allocations from a CPU of another node.',
};

type ZoneFamily = Family<(typeof LABELS)[number], 'gauge' | 'counter'>;

const families: ReadonlyMap<string, ZoneFamily> = new Map<string, ZoneFamily>([
  ...Object.entries(PAGES).map(([name, help]) => [name, declareGauge(nameOfPages(name), help)] as const),
  ['nr_anon_transparent_hugepages', declareGauge('nr_anon_transparent_hugepages', 'Transparent huge pages in use.')],
  ['nr_kernel_stack', declareGauge('nr_kernel_stacks', 'KiB of kernel stacks.')],
  ...Object.entries(COUNTERS).map(
    ([name, help]) => [name, counter(`node_zoneinfo_${name}_total`, help, LABELS)] as const,
  ),
]);
const protection = familiesByName((zone) =>
  gauge(`node_zoneinfo_protection_${zone}`, `Pages kept from allocations for zone ${zone}.`, LABELS),
);

function declareGauge(name: string, help: string): ZoneFamily {
  return gauge(`node_zoneinfo_${name}`, help, LABELS);
}

/** `nr_free_pages` -> `nr_free_pages`, `min` -> `min_pages` */
function nameOfPages(name: string): string {
  return name.endsWith('_pages') ? name : `${name}_pages`;
}

export const zoneinfo = defineCollector({
  name: 'zoneinfo',
  help: 'Zones of memory from /proc/zoneinfo',
  enabled: false,
  create: () => ({
    families: [...families.values()],
    dynamicFamilies: [protection('<zone>')],
    collect(host, emit) {
      for (const { node, zone, fields, protection: kept } of host.proc.read('zoneinfo', parseZoneinfo)) {
        for (const [name, family] of families) {
          const value = fields.get(name);
          if (value !== undefined) emit(family, value, { node, zone });
        }
        for (const [other, pages] of kept.entries()) emit(protection(String(other)), pages, { node, zone });
      }
    },
  }),
});
