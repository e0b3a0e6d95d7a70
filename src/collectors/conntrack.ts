import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';
import { type NetStatTable, parseNetStatTable } from '../parse/net-stat-table.ts';

const current = gauge('node_nf_conntrack_entries', 'Connections that are tracked.');
const limit = gauge('node_nf_conntrack_entries_limit', 'Most connections that can be tracked.');

/** They only grow, but their names do not say so. */
const STATISTICS = [
  stat('found', 'Lookups that found a connection.'),
  stat('invalid', 'Packets that cannot be tracked.'),
  stat('ignore', 'Packets that belong to a tracked connection already.'),
  stat('insert', 'Connections inserted.'),
  stat('insert_failed', 'Connections that could not be inserted, because there is one already.'),
  stat('drop', 'Packets dropped because tracking failed.'),
  stat('early_drop', 'Connections dropped to make room for others.'),
  stat('search_restart', 'Lookups begun anew because the table was resized.'),
];

function stat(name: string, help: string) {
  return { name, family: gauge(`node_nf_conntrack_stat_${name}`, help) };
}

/** https://docs.kernel.org/networking/nf_conntrack-sysctl.html */
export const conntrack = defineCollector({
  name: 'conntrack',
  help: 'Tracked connections from /proc/sys/net/netfilter and /proc/net/stat/nf_conntrack',
  create: () => ({
    families: [current, limit, ...STATISTICS.map(({ family }) => family)],
    collect({ proc }, emit) {
      emit(current, proc.read('sys/net/netfilter/nf_conntrack_count', parseCountFile));
      emit(limit, proc.read('sys/net/netfilter/nf_conntrack_max', parseCountFile));
      // Not every kernel that tracks has this file (CONFIG_NF_CONNTRACK_PROCFS).
      const table = proc.read('net/stat/nf_conntrack', parseNetStatTable);
      const counted = STATISTICS.filter(({ name }) => table.names.includes(name));
      if (counted.length === 0) throw new Error(NOTHING);
      for (const { name, family } of counted) emit(family, sumOf(table, name));
    },
  }),
});

const NOTHING = 'Cannot find a known column in net/stat/nf_conntrack of procfs';

function sumOf({ names, rows }: NetStatTable, name: string): number {
  const column = names.indexOf(name);
  return rows.reduce((sum, row) => sum + (row[column] ?? 0), 0);
}
