import { defineCollector, forEachItem } from '../collection/collector.ts';
import { counter, familiesByName, gauge } from '../metrics/metric.ts';
import { toMetricPart } from '../parse/meminfo.ts';
import { parseNodeMeminfo, parseNumastat } from '../parse/numa-node.ts';

const LABELS = ['node'] as const;
const memory = familiesByName((field) =>
  gauge(`node_memory_numa_${field}`, `${field} of a node's meminfo; in bytes, but for HugePages_*.`, LABELS),
);
const events = familiesByName((field) =>
  counter(`node_memory_numa_${field}_total`, `${field} of a node's numastat.`, LABELS),
);

const NODES = 'devices/system/node';

export const meminfoNuma = defineCollector({
  name: 'meminfo_numa',
  help: 'Memory and allocations of each NUMA node from /sys/devices/system/node',
  enabled: false,
  create: () => ({
    families: [],
    dynamicFamilies: [memory('<field>'), events('<field>')],
    async collect(host, emit) {
      await forEachItem(host.sys.listIfPresent(NODES).filter(isNode), (name) => {
        const fields = host.sys.read(`${NODES}/${name}/meminfo`, parseNodeMeminfo);
        const counts = host.sys.read(`${NODES}/${name}/numastat`, parseNumastat);
        const node = name.slice('node'.length);
        for (const [field, value] of fields) emit(memory(toMetricPart(field)), value, { node });
        for (const [field, count] of counts) emit(events(field), count, { node });
      });
    },
  }),
});

function isNode(name: string): boolean {
  return /^node\d+$/.test(name);
}
