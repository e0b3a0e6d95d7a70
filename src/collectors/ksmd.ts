import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseNumberFile } from '../parse/lines.ts';
import { MILLISECONDS_PER_SECOND } from '../util/units.ts';

/** Files in `/sys/kernel/mm/ksm`. */
const FILES = [
  {
    file: 'full_scans',
    family: counter('node_ksmd_full_scans_total', 'Times that ksmd scanned all mergeable memory areas.'),
  },
  {
    file: 'general_profit',
    family: gauge(
      'node_ksmd_general_profit_bytes',
      'Memory that ksmd saves by merging pages, minus the memory used for its metadata, in bytes.',
    ),
  },
  {
    file: 'merge_across_nodes',
    family: gauge('node_ksmd_merge_across_nodes', '1 if ksmd merges pages of different NUMA nodes, 0 otherwise.'),
  },
  { file: 'pages_shared', family: gauge('node_ksmd_pages_shared', 'Merged memory pages of ksmd that are in use.') },
  {
    file: 'pages_sharing',
    family: gauge(
      'node_ksmd_pages_sharing',
      'Mappings of merged memory pages beyond the first mapping of each page; each of these mappings saves one page.',
    ),
  },
  {
    file: 'pages_to_scan',
    family: gauge('node_ksmd_pages_to_scan', 'Memory pages that ksmd scans before it sleeps.'),
  },
  {
    file: 'pages_unshared',
    family: gauge('node_ksmd_pages_unshared', 'Unique memory pages that ksmd repeatedly checks for merging.'),
  },
  {
    file: 'pages_volatile',
    family: gauge('node_ksmd_pages_volatile', 'Memory pages that change too fast for ksmd to merge them.'),
  },
  {
    file: 'run',
    family: gauge(
      'node_ksmd_run',
      'State of ksmd: 0 stopped with pages still merged, 1 running, 2 stopped with all pages unmerged.',
    ),
  },
  {
    file: 'sleep_millisecs',
    family: gauge('node_ksmd_sleep_seconds', 'Time that ksmd sleeps between scans, in seconds.'),
  },
] as const;

const DIRECTORY = 'kernel/mm/ksm';

/** https://docs.kernel.org/admin-guide/mm/ksm.html */
export const ksmd = defineCollector({
  name: 'ksmd',
  help: 'Merging of identical memory pages (KSM) from /sys/kernel/mm/ksm',
  enabled: false,
  create: () => ({
    families: FILES.map(({ family }) => family),
    collect(host, emit) {
      const files = new Set(host.sys.list(DIRECTORY));
      for (const { file, family } of FILES) {
        const value = files.has(file) ? host.sys.readIfPresent(`${DIRECTORY}/${file}`, parseNumberFile) : undefined;
        if (value !== undefined) emit(family, file === 'sleep_millisecs' ? value / MILLISECONDS_PER_SECOND : value);
      }
    },
  }),
});
