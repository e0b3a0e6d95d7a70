import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseSwaps } from '../parse/swaps.ts';

const LABELS = ['device', 'swap_type'] as const;
const size = gauge('node_swap_size_bytes', 'Size of the swap area, in bytes.', LABELS);
const used = gauge('node_swap_used_bytes', 'Used space of the swap area, in bytes.', LABELS);
const priority = gauge(
  'node_swap_priority',
  'Priority of the swap area; the kernel fills areas of a higher priority first.',
  LABELS,
);

/**
 * The label `device` contains the escape sequences of the kernel, as in node_exporter: `/swap\040file`.
 *
 * https://man7.org/linux/man-pages/man5/proc_swaps.5.html
 */
export const swap = defineCollector({
  name: 'swap',
  help: 'Size, use and priority of each swap area from /proc/swaps',
  enabled: false,
  create: () => ({
    families: [size, used, priority],
    collect({ proc }, emit) {
      for (const area of proc.read('swaps', parseSwaps)) {
        const labels = { device: area.name, swap_type: area.type };
        if (area.size !== undefined) emit(size, area.size, labels);
        if (area.used !== undefined) emit(used, area.used, labels);
        if (area.priority !== undefined) emit(priority, area.priority, labels);
      }
    },
  }),
});
