import { defineCollector, forEachItem } from '../collection/collector.ts';
import { counter, familiesByName } from '../metrics/metric.ts';
import { parseNetStatTable } from '../parse/net-stat-table.ts';

const statistic = familiesByName((name) =>
  counter(
    `node_lnstat_${name}_total`,
    `Kernel statistic ${name} of the network subsystem on the CPU, from /proc/net/stat.`,
    ['subsystem', 'cpu'],
  ),
);

const DIRECTORY = 'net/stat';

/** https://man7.org/linux/man-pages/man8/lnstat.8.html */
export const lnstat = defineCollector({
  name: 'lnstat',
  help: 'Statistics of network caches and connection tracking for each CPU from /proc/net/stat',
  enabled: false,
  create: () => ({
    families: [],
    dynamicFamilies: [statistic('<name>')],
    async collect({ proc }, emit) {
      await forEachItem(proc.listIfPresent(DIRECTORY), (subsystem) => {
        const { names, rows } = proc.read(`${DIRECTORY}/${subsystem}`, parseNetStatTable);
        for (const [column, name] of names.entries()) {
          for (const [cpu, row] of rows.entries()) {
            const value = row[column];
            if (value !== undefined) emit(statistic(name), value, { subsystem, cpu: String(cpu) });
          }
        }
      });
    },
  }),
});
