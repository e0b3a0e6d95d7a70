import { defineCollector } from '../collection/collector.ts';
import { toggle } from '../flags/flag.ts';
import { counter, type Family, gauge, semconv } from '../metrics/metric.ts';
import { parseStat, type Stat } from '../parse/stat.ts';

const bootTime = gauge('node_boot_time_seconds', 'When the host was booted, in seconds since 1970.');
const contextSwitches = counter('node_context_switches_total', 'Context switches on all CPUs.');
const forks = counter('node_forks_total', 'Processes and threads created.');
const interrupts = counter('node_intr_total', 'Interrupts serviced.');
const processesBlocked = gauge('node_procs_blocked', 'Processes that wait for input or output.');
const processesRunning = gauge('node_procs_running', 'Processes that run or are ready to run.');
const created = semconv.counter('system.process.created', '{process}', 'Processes and threads created.');
const softirqs = counter('node_softirqs_total', 'Softirqs serviced, by vector.', ['vector']);

export const stat = defineCollector({
  name: 'stat',
  help: 'Boot time, forks, interrupts and context switches from /proc/stat',
  flags: { softirq: toggle('Emit softirq counts by vector.') },
  create: ({ softirq }) => ({
    families: [bootTime, contextSwitches, forks, interrupts, processesBlocked, processesRunning, softirqs, created],
    collect(host, emit) {
      const totals = host.proc.read('stat', parseStat);
      for (const [family, value] of numbersOf(totals)) {
        if (value !== undefined) emit(family, value);
      }
      if (totals.forks !== undefined) emit(created, totals.forks);
      if (!softirq) return;
      for (const [name, count] of totals.softirqs) emit(softirqs, count, { vector: name.toLowerCase() });
    },
  }),
});

function numbersOf(totals: Stat): readonly (readonly [Family<never, 'counter' | 'gauge'>, number | undefined])[] {
  return [
    [bootTime, totals.bootTime],
    [contextSwitches, totals.contextSwitches],
    [forks, totals.forks],
    [interrupts, totals.interrupts],
    [processesBlocked, totals.processesBlocked],
    [processesRunning, totals.processesRunning],
  ];
}
