import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { type Emit, familiesByName, gauge, semconv } from '../metrics/metric.ts';
import { parseVmstat } from '../parse/vmstat.ts';
import { memoize } from '../util/memoize.ts';

/** Returns the family of a field such as `pgfault`. */
const familyOf = familiesByName((field) =>
  gauge(`node_vmstat_${field}`, `Virtual memory statistic ${field} from /proc/vmstat.`),
);

const faults = semconv.intCounter('system.paging.faults', '{fault}', 'Page faults on the host, by type.', [
  'system.paging.fault.type',
]);
const operations = semconv.intCounter(
  'system.paging.operations',
  '{operation}',
  'Memory pages that the host swapped in and out.',
  ['system.paging.fault.type', 'system.paging.direction'],
);

/** Fields that count the pages swapped in and out. The fields pgpgin and pgpgout count all block I/O instead, in KiB. */
const SWAP_FIELDS = [
  ['pswpin', 'in'],
  ['pswpout', 'out'],
] as const;

/** Fields that semconv metrics need. They are read even if the flag excludes them. */
const SEMCONV_FIELDS: ReadonlySet<string> = new Set(['pgfault', 'pgmajfault', ...SWAP_FIELDS.map(([field]) => field)]);

/** https://man7.org/linux/man-pages/man5/proc_vmstat.5.html */
export const vmstat = defineCollector({
  name: 'vmstat',
  help: 'Events and pages of the virtual memory from /proc/vmstat',
  flags: { fields: pattern('Fields of /proc/vmstat to include.', '^(oom_kill|pgpg|pswp|pg.*fault).*') },
  create({ fields: included }) {
    // The kernel prints the same names in every pass, so each name is matched only once.
    const isIncluded = memoize((field) => included?.test(field) ?? true);
    const isWanted = (field: string): boolean => isIncluded(field) || SEMCONV_FIELDS.has(field);
    return {
      families: [faults, operations],
      dynamicFamilies: [familyOf('<field>')],
      collect(host, emit) {
        const values = host.proc.read('vmstat', (text, report) => parseVmstat(text, isWanted, report));
        emitPaging(emit, values);
        if (emit.convention === 'semconv') return;
        for (const [field, value] of values) {
          if (isIncluded(field)) emit(familyOf(field), value);
        }
      },
    };
  },
});

function emitPaging(emit: Emit, values: ReadonlyMap<string, number>): void {
  // pgfault counts all page faults, including the major faults that pgmajfault counts.
  const all = values.get('pgfault');
  const major = values.get('pgmajfault');
  if (all !== undefined && major !== undefined) {
    emit(faults, major, { 'system.paging.fault.type': 'major' });
    emit(faults, all - major, { 'system.paging.fault.type': 'minor' });
  }
  for (const [field, direction] of SWAP_FIELDS) {
    const pages = values.get(field);
    if (pages === undefined) continue;
    emit(operations, pages, { 'system.paging.fault.type': 'major', 'system.paging.direction': direction });
  }
}
