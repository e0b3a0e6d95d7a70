import { defineCollector } from '../collection/collector.ts';
import { counter, familiesByName, gauge } from '../metrics/metric.ts';
import { toMetricPart } from '../parse/meminfo.ts';
import { parseNodeMeminfo, parseNumastat } from '../parse/numa-node.ts';

const LABELS = ['node'] as const;
const memory = familiesByName((field) => {
  const unit = field.startsWith('HugePages_') ? 'pages' : 'bytes';
  return gauge(
    `node_memory_numa_${field}`,
    `Memory of the NUMA node, counted as ${field} in its meminfo file, in ${unit}.`,
    LABELS,
  );
});
const allocations = familiesByName((field) =>
  counter(
    `node_memory_numa_${field}_total`,
    `Page allocations of the NUMA node, counted as ${field} in its numastat file.`,
    LABELS,
  ),
);

const NODES = 'devices/system/node';

/** https://docs.kernel.org/admin-guide/numastat.html */
export const meminfoNuma = defineCollector({
  name: 'meminfo_numa',
  help: 'Memory and page allocations of each NUMA node from /sys/devices/system/node',
  enabled: false,
  create: () => ({
    families: [],
    dynamicFamilies: [memory('<field>'), allocations('<field>')],
    collect({ sys }, emit) {
      const names = sys.listIfPresent(NODES).filter((name) => /^node\d+$/.test(name));
      for (const name of names) {
        const fields = sys.readIfPresent(`${NODES}/${name}/meminfo`, parseNodeMeminfo);
        const counts = sys.readIfPresent(`${NODES}/${name}/numastat`, parseNumastat);
        const node = name.slice('node'.length);
        for (const [field, value] of fields ?? []) emit(memory(toMetricPart(field)), value, { node });
        for (const [field, count] of counts ?? []) emit(allocations(field), count, { node });
      }
    },
  }),
});
