import { defineCollector } from '../collection/collector.ts';
import { pattern, toggle } from '../flags/flag.ts';
import { counter } from '../metrics/metric.ts';
import { parseInterrupts } from '../parse/interrupts.ts';
import { createNarrowingFilter } from './support/filter.ts';

const total = counter('node_interrupts_total', 'Interrupts that the CPU serviced.', ['cpu', 'type', 'info', 'devices']);

/** https://man7.org/linux/man-pages/man5/proc_interrupts.5.html */
export const interrupts = defineCollector({
  name: 'interrupts',
  help: 'Interrupts of each CPU from /proc/interrupts',
  enabled: false,
  flags: {
    'name-include': pattern('Interrupts to include, written as "type;info;devices".'),
    'name-exclude': pattern(
      'Interrupts to exclude although name-include matches them, written as "type;info;devices".',
    ),
    'include-zeros': toggle('Emit interrupts that the CPU never serviced.', true),
  },
  create: ({ 'name-include': include, 'name-exclude': exclude, 'include-zeros': includesZeros }) => {
    const isIncluded = createNarrowingFilter(include, exclude);
    return {
      families: [total],
      collect(host, emit) {
        const table = host.proc.read('interrupts', parseInterrupts);
        for (const { name, info, devices, counts } of table.interrupts) {
          if (!isIncluded(`${name};${info};${devices}`)) continue;
          for (const [column, cpu] of table.cpus.entries()) {
            const count = counts[column];
            if (count === undefined || (count === 0 && !includesZeros)) continue;
            emit(total, count, { cpu, type: name, info, devices });
          }
        }
      },
    };
  },
});
