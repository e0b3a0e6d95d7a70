import { attemptAll, defineCollector } from '../collection/collector.ts';
import { type Emit, gauge, semconv } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';
import { type NetStatTable, parseNetStatTable } from '../parse/net-stat-table.ts';

const entries = gauge('node_nf_conntrack_entries', 'Entries in the connection tracking table.');
const limit = gauge('node_nf_conntrack_entries_limit', 'Maximum number of entries in the connection tracking table.');

const count = semconv.intUpDownCounter(
  'system.network.conntrack.count',
  '{entries}',
  'Entries in the connection tracking table.',
);
const maximum = semconv.intUpDownCounter(
  'system.network.conntrack.max',
  '{entries}',
  'Maximum number of entries in the connection tracking table.',
);

/** Columns of `/proc/net/stat/nf_conntrack`. Their values only grow, but the families are gauges as in node_exporter. */
const STATISTICS = [
  statistic('found', 'Lookups in the connection tracking table that found an entry.'),
  statistic('invalid', 'Packets that connection tracking could not track.'),
  statistic(
    'ignore',
    'Packets that were already assigned to an entry of the connection tracking table; always 0 since Linux 5.10.',
  ),
  statistic('insert', 'Entries inserted into the connection tracking table.'),
  statistic('insert_failed', 'Failed insertions of entries into the connection tracking table.'),
  statistic('drop', 'Packets dropped because connection tracking failed.'),
  statistic('early_drop', 'Entries removed from the connection tracking table to make room for new entries.'),
  statistic(
    'search_restart',
    'Lookups in the connection tracking table that were restarted because the table was resized.',
  ),
];

function statistic(name: string, help: string) {
  return { name, family: gauge(`node_nf_conntrack_stat_${name}`, help) };
}

/** https://docs.kernel.org/networking/nf_conntrack-sysctl.html */
export const conntrack = defineCollector({
  name: 'conntrack',
  help: 'Connection tracking of netfilter from /proc/sys/net/netfilter and /proc/net/stat/nf_conntrack',
  create: () => ({
    families: [entries, limit, count, maximum, ...STATISTICS.map(({ family }) => family)],
    collect(host, emit) {
      const { proc } = host;
      const emitSetting = (name: string, families: readonly (typeof entries | typeof count)[]): void => {
        const number = proc.read(`sys/net/netfilter/${name}`, parseCountFile);
        for (const family of families) emit(family, number);
      };
      // The file exists only in kernels with CONFIG_NF_CONNTRACK_PROCFS.
      const emitAllStatistics = (): void => emitStatistics(emit, proc.read('net/stat/nf_conntrack', parseNetStatTable));
      attemptAll(host, [
        () => emitSetting('nf_conntrack_count', [entries, count]),
        () => emitSetting('nf_conntrack_max', [limit, maximum]),
        ...(emit.convention === 'prometheus' ? [emitAllStatistics] : []),
      ]);
    },
  }),
});

function emitStatistics(emit: Emit, table: NetStatTable): void {
  const present = STATISTICS.filter(({ name }) => table.names.includes(name));
  if (present.length === 0) throw new Error('Cannot find a known column in net/stat/nf_conntrack of procfs');
  for (const { name, family } of present) {
    const sum = sumColumn(table, name);
    if (sum !== undefined) emit(family, sum);
  }
}

/** Returns the sum of a column over all CPUs; `undefined` if the number of any CPU is malformed. */
function sumColumn({ names, rows }: NetStatTable, name: string): number | undefined {
  const column = names.indexOf(name);
  return rows.reduce<number | undefined>((sum, row) => {
    const count = row[column];
    return sum === undefined || count === undefined ? undefined : sum + count;
  }, 0);
}
