import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseBuddyinfo } from '../parse/buddyinfo.ts';

const blocks = gauge('node_buddyinfo_blocks', 'Free blocks of memory; one of size n has 2^n pages.', [
  'node',
  'zone',
  'size',
]);

export const buddyinfo = defineCollector({
  name: 'buddyinfo',
  help: 'Fragmentation of memory from /proc/buddyinfo',
  enabled: false,
  create: () => ({
    families: [blocks],
    collect(host, emit) {
      for (const { node, zone, blocks: counts } of host.proc.read('buddyinfo', parseBuddyinfo)) {
        for (const [size, count] of counts.entries()) emit(blocks, count, { node, zone, size: String(size) });
      }
    },
  }),
});
