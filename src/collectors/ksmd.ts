import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseNumberFile } from '../parse/lines.ts';

const MILLISECONDS = 1000;

const FILES = [
  { file: 'full_scans', family: counter('node_ksmd_full_scans_total', 'How often all mergeable areas were scanned.') },
  {
    file: 'general_profit',
    family: gauge('node_ksmd_general_profit_bytes', 'Bytes that merging saves, less its cost.'),
  },
  {
    file: 'merge_across_nodes',
    family: gauge('node_ksmd_merge_across_nodes', 'Whether pages of different NUMA nodes are merged.'),
  },
  { file: 'pages_shared', family: gauge('node_ksmd_pages_shared', 'Pages that others share.') },
  { file: 'pages_sharing', family: gauge('node_ksmd_pages_sharing', 'Places that share them: the pages saved.') },
  { file: 'pages_to_scan', family: gauge('node_ksmd_pages_to_scan', 'Pages to scan before ksmd sleeps.') },
  {
    file: 'pages_unshared',
    family: gauge('node_ksmd_pages_unshared', 'Pages that have no equal and are looked at again.'),
  },
  { file: 'pages_volatile', family: gauge('node_ksmd_pages_volatile', 'Pages that change too fast to be merged.') },
  { file: 'run', family: gauge('node_ksmd_run', 'Whether ksmd runs: 0 stopped, 1 running, 2 undoing.') },
  { file: 'sleep_millisecs', family: gauge('node_ksmd_sleep_seconds', 'Seconds that ksmd sleeps between scans.') },
] as const;

const FOLDER = 'kernel/mm/ksm';

/** https://docs.kernel.org/admin-guide/mm/ksm.html */
export const ksmd = defineCollector({
  name: 'ksmd',
  help: 'Merging of equal pages from /sys/kernel/mm/ksm',
  enabled: false,
  create: () => ({
    families: FILES.map(({ family }) => family),
    collect(host, emit) {
      const files = new Set(host.sys.list(FOLDER));
      const present = FILES.filter(({ file }) => files.has(file));
      const values = present.map(({ file }) => host.sys.read(`${FOLDER}/${file}`, parseNumberFile));
      for (const [index, { file, family }] of present.entries()) {
        const value = values[index];
        if (value !== undefined) emit(family, file === 'sleep_millisecs' ? value / MILLISECONDS : value);
      }
    },
  }),
});
