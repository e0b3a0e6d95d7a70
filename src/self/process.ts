import type { SelfMetrics } from '../collection/pass.ts';
import type { KernelTree } from '../host/host.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';
import { parseLimits, parseVmSize } from '../parse/process.ts';
import { countOpenFiles } from './open-files.ts';
import { ProcessSemconv } from './process-semconv.ts';

const cpu = counter('process_cpu_seconds_total', 'CPU time of this process, user and system, in seconds.');
const resident = gauge('process_resident_memory_bytes', 'Resident memory of this process in bytes.');
const virtual = gauge('process_virtual_memory_bytes', 'Virtual memory of this process in bytes.');
const virtualMax = gauge('process_virtual_memory_max_bytes', 'Virtual memory this process may have; -1 for no limit.');
const openFds = gauge('process_open_fds', 'File descriptors this process has open.');
const maxFds = gauge('process_max_fds', 'File descriptors this process may have open.');
const startTime = gauge('process_start_time_seconds', 'When this process started, in seconds since 1970.');

/** @param self `/proc/self`, whatever procfs the collectors read */
export function processMetrics(self: KernelTree): SelfMetrics {
  const conventions = new ProcessSemconv();
  return {
    families: [cpu, resident, virtual, virtualMax, openFds, maxFds, startTime, ...conventions.families],
    report(emit) {
      if (emit.convention === 'semconv') {
        conventions.emit(self, emit);
        return;
      }
      const { user, system } = process.cpuUsage();
      emit(cpu, (user + system) / 1e6);
      emit(resident, process.memoryUsage.rss());
      emit(startTime, performance.timeOrigin / 1000);
      describeFiles(self, emit);
    },
  };
}

/** A sandbox may lack some of these files: what it lacks is left out. */
function describeFiles(self: KernelTree, emit: Emit): void {
  const size = self.find('status', parseVmSize);
  if (size !== undefined) emit(virtual, size);
  const fds = countOpenFiles(self);
  if (fds > 0) emit(openFds, fds);
  const limits = self.find('limits', parseLimits);
  const addressSpace = limits?.('Max address space');
  if (addressSpace !== undefined) emit(virtualMax, addressSpace === Number.POSITIVE_INFINITY ? -1 : addressSpace);
  const openFiles = limits?.('Max open files');
  if (openFiles !== undefined) emit(maxFds, openFiles);
}
