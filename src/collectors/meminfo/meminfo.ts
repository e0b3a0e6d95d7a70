import { defineCollector } from '../../collection/collector.ts';
import { parseMeminfo } from '../../parse/meminfo.ts';
import { parseSwaps } from '../../parse/swaps.ts';
import { meminfoFields, meminfoNames } from './fields.ts';
import { emitMemory, emitSwapArea, semconvFamilies } from './semconv.ts';

/** https://man7.org/linux/man-pages/man5/proc_meminfo.5.html */
export const meminfo = defineCollector({
  name: 'meminfo',
  help: 'Memory of the host from /proc/meminfo and, for the semantic conventions, swap areas from /proc/swaps',
  create: () => ({
    families: [...meminfoFields.map(([, family]) => family), ...semconvFamilies],
    collect({ proc, pageSize }, emit) {
      const fields = proc.read('meminfo', (text, report) => parseMeminfo(text, meminfoNames, report));
      if (emit.convention === 'semconv') {
        emitMemory(emit, fields, pageSize);
        // The file does not exist in a kernel without swap.
        for (const area of proc.readIfPresent('swaps', parseSwaps) ?? []) emitSwapArea(emit, area);
        return;
      }
      for (const [field, family] of meminfoFields) {
        const value = fields.get(field);
        if (value !== undefined) emit(family, value);
      }
    },
  }),
});
