import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { type Emit, familiesByName, gauge, semconv } from '../metrics/metric.ts';
import { parseVmstat } from '../parse/vmstat.ts';
import { memoize } from '../util/memoize.ts';

const field = familiesByName((name) => gauge(`node_vmstat_${name}`, `${name} of /proc/vmstat.`));

const faults = semconv.counter('system.paging.faults', '{fault}', 'Page faults.', ['system.paging.fault.type']);
const operations = semconv.counter('system.paging.operations', '{operation}', 'Pages swapped in and out.', [
  'system.paging.fault.type',
  'system.paging.direction',
]);

export const vmstat = defineCollector({
  name: 'vmstat',
  help: 'Events and pages of the virtual memory from /proc/vmstat',
  flags: { fields: pattern('Fields to emit.', '^(oom_kill|pgpg|pswp|pg.*fault).*') },
  create({ fields: wanted }) {
    const isWanted = memoize((name) => wanted?.test(name) ?? true);
    const parse = (text: string) => parseVmstat(text, (name) => isWanted(name) || PAGING.has(name));
    return {
      families: [faults, operations],
      dynamicFamilies: [field('<field>')],
      collect(host, emit) {
        const fields = host.proc.read('vmstat', parse);
        emitPaging(emit, fields);
        if (emit.convention === 'semconv') return;
        for (const [name, value] of fields) {
          if (isWanted(name)) emit(field(name), value);
        }
      },
    };
  },
});

/** Major is what a device took part in. `pgfault` counts all faults; `pgpgin` and `pgpgout` count KiB of all files. */
function emitPaging(emit: Emit, fields: ReadonlyMap<string, number>): void {
  const [all, major] = [fields.get('pgfault'), fields.get('pgmajfault')];
  if (all !== undefined && major !== undefined) {
    emit(faults, major, { 'system.paging.fault.type': 'major' });
    emit(faults, all - major, { 'system.paging.fault.type': 'minor' });
  }
  for (const [field, direction] of SWAPPED) {
    const pages = fields.get(field);
    if (pages === undefined) continue;
    emit(operations, pages, { 'system.paging.fault.type': 'major', 'system.paging.direction': direction });
  }
}

const SWAPPED = [
  ['pswpin', 'in'],
  ['pswpout', 'out'],
] as const;

/** What the conventions need, whatever is wanted. */
const PAGING: ReadonlySet<string> = new Set(['pgfault', 'pgmajfault', ...SWAPPED.map(([name]) => name)]);
