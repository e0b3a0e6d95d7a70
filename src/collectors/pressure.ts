import { defineCollector, forEachItem } from '../collection/collector.ts';
import { AbsentError } from '../host/host.ts';
import { counter } from '../metrics/metric.ts';
import { parsePressure } from '../parse/pressure.ts';

const cpuWaiting = counter('node_pressure_cpu_waiting_seconds_total', 'Seconds in which tasks waited for a CPU.');
const ioWaiting = counter('node_pressure_io_waiting_seconds_total', 'Seconds in which tasks waited for I/O.');
const ioStalled = counter('node_pressure_io_stalled_seconds_total', 'Seconds in which all tasks waited for I/O.');
const memoryWaiting = counter(
  'node_pressure_memory_waiting_seconds_total',
  'Seconds in which tasks waited for memory.',
);
const memoryStalled = counter(
  'node_pressure_memory_stalled_seconds_total',
  'Seconds in which all tasks waited for memory.',
);
const irqStalled = counter('node_pressure_irq_stalled_seconds_total', 'Seconds in which interrupts kept all tasks.');

/** The kernel also prints `full` for the CPU: it is zero for the whole system. */
const RESOURCES = [
  { resource: 'cpu', waiting: cpuWaiting, stalled: undefined },
  { resource: 'io', waiting: ioWaiting, stalled: ioStalled },
  { resource: 'memory', waiting: memoryWaiting, stalled: memoryStalled },
  // Since 6.1, and then only with CONFIG_IRQ_TIME_ACCOUNTING.
  { resource: 'irq', waiting: undefined, stalled: irqStalled },
] as const;

export const pressure = defineCollector({
  name: 'pressure',
  help: 'Pressure stall information from /proc/pressure',
  create: () => ({
    families: [cpuWaiting, ioWaiting, ioStalled, memoryWaiting, memoryStalled, irqStalled],
    async collect(host, emit) {
      let found = 0;
      await forEachItem(RESOURCES, ({ resource, waiting, stalled }) => {
        const { some, full } = host.proc.read(`pressure/${resource}`, parsePressure);
        found += 1;
        if (waiting !== undefined && some !== undefined) emit(waiting, toSeconds(some));
        if (stalled !== undefined && full !== undefined) emit(stalled, toSeconds(full));
      });
      // No CONFIG_PSI, or psi=0 on the kernel's command line: then reading says "not supported".
      if (found === 0) throw new AbsentError(`Cannot find ${host.proc.path('pressure')}`);
    },
  }),
});

/** Two divisions, as node_exporter does: one by a million gives other last digits for one value in four. */
function toSeconds(microseconds: number): number {
  return microseconds / 1000 / 1000;
}
