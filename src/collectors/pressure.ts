import { defineCollector, forEachItem } from '../collection/collector.ts';
import { AbsentError } from '../host/host.ts';
import { counter } from '../metrics/metric.ts';
import { parsePressure } from '../parse/pressure.ts';

const cpuWaiting = counter(
  'node_pressure_cpu_waiting_seconds_total',
  'Time during which at least one task of the host waited for a CPU, in seconds.',
);
const ioWaiting = counter(
  'node_pressure_io_waiting_seconds_total',
  'Time during which at least one task of the host waited for I/O, in seconds.',
);
const ioStalled = counter(
  'node_pressure_io_stalled_seconds_total',
  'Time during which all non-idle tasks of the host waited for I/O at the same time, in seconds.',
);
const memoryWaiting = counter(
  'node_pressure_memory_waiting_seconds_total',
  'Time during which at least one task of the host waited for memory, in seconds.',
);
const memoryStalled = counter(
  'node_pressure_memory_stalled_seconds_total',
  'Time during which all non-idle tasks of the host waited for memory at the same time, in seconds.',
);
const irqStalled = counter(
  'node_pressure_irq_stalled_seconds_total',
  'Time during which interrupts prevented all non-idle tasks of the host from running, in seconds.',
);

const RESOURCES = [
  // The kernel also prints a line "full" for the CPU. Its value for the whole host is always 0, so it is not emitted.
  { resource: 'cpu', waiting: cpuWaiting, stalled: undefined },
  { resource: 'io', waiting: ioWaiting, stalled: ioStalled },
  { resource: 'memory', waiting: memoryWaiting, stalled: memoryStalled },
  // This file exists since Linux 6.1, on kernels with CONFIG_IRQ_TIME_ACCOUNTING.
  { resource: 'irq', waiting: undefined, stalled: irqStalled },
] as const;

/** https://docs.kernel.org/accounting/psi.html */
export const pressure = defineCollector({
  name: 'pressure',
  help: 'Pressure stall information (PSI) from /proc/pressure',
  create: () => ({
    families: [cpuWaiting, ioWaiting, ioStalled, memoryWaiting, memoryStalled, irqStalled],
    async collect(host, emit) {
      let hasPressure = false;
      await forEachItem(RESOURCES, ({ resource, waiting, stalled }) => {
        const { some, full } = host.proc.read(`pressure/${resource}`, parsePressure);
        hasPressure = true;
        if (waiting !== undefined && some !== undefined) emit(waiting, toSeconds(some));
        if (stalled !== undefined && full !== undefined) emit(stalled, toSeconds(full));
      });
      // Without CONFIG_PSI the files do not exist. With the boot parameter psi=0, reading them fails with EOPNOTSUPP.
      if (!hasPressure) throw new AbsentError(`Cannot find ${host.proc.path('pressure')}`);
    },
  }),
});

/**
 * Converts microseconds to seconds. Like node_exporter, it divides twice: a single division by a million rounds one value
 * in four differently.
 */
function toSeconds(microseconds: number): number {
  return microseconds / 1000 / 1000;
}
