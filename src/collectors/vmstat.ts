import { defineCollector } from '../collector.ts';
import { pattern } from '../flag.ts';
import { familiesByName, gauge } from '../metric.ts';
import { parseVmstat } from '../parse/vmstat.ts';

const field = familiesByName((name) => gauge(`node_vmstat_${name}`, `${name} of /proc/vmstat.`));

export const vmstat = defineCollector({
  name: 'vmstat',
  help: 'Events and pages of the virtual memory from /proc/vmstat',
  flags: { fields: pattern('Fields to emit.', '^(oom_kill|pgpg|pswp|pg.*fault).*') },
  create: ({ fields: wanted }) => ({
    families: [],
    familiesFromKernel: [field('<field>')],
    collect(host, emit) {
      for (const [name, value] of host.proc.read('vmstat', parseVmstat)) {
        if (wanted?.test(name) ?? true) emit(field(name), value);
      }
    },
  }),
});
