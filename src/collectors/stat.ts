import { defineCollector } from '../collection/collector.ts';
import { toggle } from '../flags/flag.ts';
import { counter, gauge, semconv } from '../metrics/metric.ts';
import { parseSoftirqTotals, parseStat } from '../parse/stat.ts';

const bootTime = gauge('node_boot_time_seconds', 'Unix time at which the host was booted, in seconds.');
const contextSwitches = counter('node_context_switches_total', 'Context switches on all CPUs of the host.');
const forks = counter('node_forks_total', 'Processes and threads created on the host.');
const interrupts = counter('node_intr_total', 'Interrupts serviced on all CPUs of the host.');
const processesBlocked = gauge(
  'node_procs_blocked',
  'Processes on the host that are blocked until their I/O completes.',
);
const processesRunning = gauge('node_procs_running', 'Processes on the host that are running or ready to run.');
const softirqs = counter(
  'node_softirqs_total',
  'Softirqs (deferred interrupt work) serviced on all CPUs of the host, by vector.',
  ['vector'],
);

const created = semconv.intCounter('system.process.created', '{process}', 'Processes and threads created on the host.');

/** https://man7.org/linux/man-pages/man5/proc_stat.5.html */
export const stat = defineCollector({
  name: 'stat',
  help: 'Boot time, forks, interrupts and context switches from /proc/stat',
  flags: { softirq: toggle('Emit the number of softirqs of each vector.') },
  create: ({ softirq: hasSoftirqs }) => ({
    families: [bootTime, contextSwitches, forks, interrupts, processesBlocked, processesRunning, softirqs, created],
    collect(host, emit) {
      const { totals, softirqTotals } = host.proc.read('stat', (text, report) => ({
        totals: parseStat(text, report),
        softirqTotals: hasSoftirqs ? parseSoftirqTotals(text, report) : [],
      }));
      const numbers = [
        { family: bootTime, value: totals.bootTime },
        { family: contextSwitches, value: totals.contextSwitches },
        { family: forks, value: totals.forks },
        { family: interrupts, value: totals.interrupts },
        { family: processesBlocked, value: totals.processesBlocked },
        { family: processesRunning, value: totals.processesRunning },
      ];
      // In a sandbox, `/proc/stat` may lack some of the lines.
      for (const { family, value } of numbers) if (value !== undefined) emit(family, value);
      if (totals.forks !== undefined) emit(created, totals.forks);
      for (const [name, count] of softirqTotals) emit(softirqs, count, { vector: name.toLowerCase() });
    },
  }),
});
