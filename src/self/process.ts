import type { SelfMetrics } from '../collection/pass.ts';
import type { KernelTree } from '../host/host.ts';
import { counter, type Emit, gauge } from '../metrics/metric.ts';
import { BYTES_PER_KIB } from '../parse/lines.ts';
import { parseProcessLimits } from '../parse/process-limits.ts';
import { parseProcessStatus } from '../parse/process-status.ts';
import { processStart } from '../util/process-start.ts';
import { countOpenFiles } from './open-files.ts';
import { ProcessSemconv } from './process-semconv.ts';

const cpu = counter('process_cpu_seconds_total', 'User and system CPU time of the exporter process, in seconds.');
const residentMemory = gauge('process_resident_memory_bytes', 'Resident memory of the exporter process, in bytes.');
const virtualMemory = gauge('process_virtual_memory_bytes', 'Virtual memory of the exporter process, in bytes.');
const maxVirtualMemory = gauge(
  'process_virtual_memory_max_bytes',
  'Limit of the virtual memory of the exporter process, in bytes; -1 if the process has no limit.',
);
const openFiles = gauge('process_open_fds', 'Open file descriptors of the exporter process.');
const maxOpenFiles = gauge('process_max_fds', 'Maximum number of open file descriptors of the exporter process.');
const startTime = gauge('process_start_time_seconds', 'Start time of the exporter process, as Unix time in seconds.');

/**
 * Returns the metrics about this process. A pass for Prometheus names contains the process metrics of the Prometheus client
 * libraries. A pass for semconv names contains the process metrics of the semantic conventions.
 *
 * @param self `/proc/self` of this process. The procfs of the host may be another one (`--path.procfs`).
 */
export function processMetrics(self: KernelTree): SelfMetrics {
  const semconv = new ProcessSemconv();
  return {
    families: [
      ...[cpu, residentMemory, virtualMemory, maxVirtualMemory, openFiles, maxOpenFiles, startTime],
      ...semconv.families,
    ],
    report(emit) {
      if (emit.convention === 'semconv') {
        semconv.emit(self, emit);
        return;
      }
      const { user, system } = process.cpuUsage();
      emit(cpu, (user + system) / 1e6);
      emit(residentMemory, process.memoryUsage.rss());
      emit(startTime, processStart.read());
      emitFromProcfs(self, emit);
    },
  };
}

/**
 * Emits the metrics from `/proc/self`. A metric is omitted if its file is absent: some sandboxes have no complete procfs.
 */
function emitFromProcfs(self: KernelTree, emit: Emit): void {
  const sizeKib = self.readIfPresent('status', parseProcessStatus)?.vmSizeKib;
  if (sizeKib !== undefined) emit(virtualMemory, sizeKib * BYTES_PER_KIB);
  const fds = countOpenFiles(self);
  if (fds > 0) emit(openFiles, fds);
  const limits = self.readIfPresent('limits', parseProcessLimits);
  const addressSpace = limits?.addressSpace;
  if (addressSpace !== undefined) emit(maxVirtualMemory, addressSpace === Number.POSITIVE_INFINITY ? -1 : addressSpace);
  if (limits?.openFiles !== undefined) emit(maxOpenFiles, limits.openFiles);
}
