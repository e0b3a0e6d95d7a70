import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseBuddyinfo } from '../parse/buddyinfo.ts';

const blocks = gauge(
  'node_buddyinfo_blocks',
  'Free memory blocks of the memory zone; a block with the label size="n" consists of 2^n pages.',
  ['node', 'zone', 'size'],
);

/** https://man7.org/linux/man-pages/man5/proc_buddyinfo.5.html */
export const buddyinfo = defineCollector({
  name: 'buddyinfo',
  help: 'Free memory blocks of each size (fragmentation) from /proc/buddyinfo',
  enabled: false,
  create: () => ({
    families: [blocks],
    collect(host, emit) {
      for (const { node, zone, blocks: counts } of host.proc.read('buddyinfo', parseBuddyinfo)) {
        for (const [size, count] of counts.entries()) {
          if (count !== undefined) emit(blocks, count, { node, zone, size: String(size) });
        }
      }
    },
  }),
});
