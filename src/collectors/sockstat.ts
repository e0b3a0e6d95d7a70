import { defineCollector } from '../collection/collector.ts';
import { familiesByName, gauge } from '../metrics/metric.ts';
import { parseSockstat, type SockstatLine } from '../parse/sockstat.ts';

const used = gauge('node_sockstat_sockets_used', 'Sockets in use.');
const counted = familiesByName((name) =>
  gauge(`node_sockstat_${name}`, `Sockets, or their memory, as ${name} in /proc/net/sockstat.`),
);

/** What protocols have; `mem` is in pages. */
const COUNTS = ['inuse', 'orphan', 'tw', 'alloc', 'mem', 'memory'] as const;

export const sockstat = defineCollector({
  name: 'sockstat',
  help: 'Sockets in use and their memory from /proc/net/sockstat and /proc/net/sockstat6',
  create: () => ({
    families: [used],
    dynamicFamilies: [counted('<protocol>_<count>'), counted('<protocol>_mem_bytes')],
    collect({ proc, pageSize }, emit) {
      // A kernel without IPv4 or IPv6 has the other's file alone.
      const lines = proc.readIfPresent('net/sockstat', parseSockstat) ?? [];
      const lines6 = proc.readIfPresent('net/sockstat6', parseSockstat) ?? [];
      const total = lines.find(({ protocol }) => protocol === 'sockets')?.counts.get('used');
      if (total !== undefined) emit(used, total);
      for (const { protocol, counts } of [...lines, ...lines6].filter(isAboutProtocol)) {
        for (const name of COUNTS) {
          const value = counts.get(name);
          if (value === undefined) continue;
          emit(counted(`${protocol}_${name}`), value);
          if (name === 'mem' && pageSize !== undefined) emit(counted(`${protocol}_mem_bytes`), value * pageSize);
        }
      }
    },
  }),
});

function isAboutProtocol({ protocol }: SockstatLine): boolean {
  return protocol !== 'sockets';
}
