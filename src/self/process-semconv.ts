import { availableParallelism, totalmem } from 'node:os';
import { RateWindow } from '../collection/rate-window.ts';
import { type KernelTree, PERMISSION_ERRNOS } from '../host/host.ts';
import { type Emit, semconv } from '../metrics/metric.ts';
import { BYTES_PER_KIB } from '../parse/lines.ts';
import { parseProcessIo } from '../parse/process-io.ts';
import { parseProcessStatus } from '../parse/process-status.ts';
import { processStart } from '../util/process-start.ts';
import { countOpenFiles } from './open-files.ts';

const MODE = ['cpu.mode'] as const;
const cpuTime = semconv.counter('process.cpu.time', 's', 'CPU time of the exporter process by mode, in seconds.', MODE);
const cpuUtilization = semconv.gauge(
  'process.cpu.utilization',
  '1',
  'Fraction of the time of the available CPUs that the exporter process used since the last push.',
  MODE,
);
const uptime = semconv.gauge('process.uptime', 's', 'Time since the start of the exporter process, in seconds.');
const residentMemory = semconv.intUpDownCounter(
  'process.memory.usage',
  'By',
  'Resident memory of the exporter process, in bytes.',
);
const memoryUtilization = semconv.gauge(
  'process.memory.utilization',
  '1',
  'Resident memory of the exporter process as a fraction of the memory of the host.',
);
const virtualMemory = semconv.intUpDownCounter(
  'process.memory.virtual',
  'By',
  'Virtual memory of the exporter process, in bytes.',
);
const threads = semconv.intUpDownCounter('process.thread.count', '{thread}', 'Threads of the exporter process.');
const openFiles = semconv.intUpDownCounter(
  'process.unix.file_descriptor.count',
  '{file_descriptor}',
  'Open file descriptors of the exporter process.',
);
const diskIo = semconv.intCounter(
  'process.disk.io',
  'By',
  'Bytes that the exporter process read from and wrote to block devices.',
  ['disk.io.direction'],
);
const contextSwitches = semconv.intCounter(
  'process.context_switches',
  '{context_switch}',
  'Voluntary and involuntary context switches of the exporter process.',
  ['process.context_switch.type'],
);
const pageFaults = semconv.intCounter(
  'process.paging.faults',
  '{fault}',
  'Major and minor page faults of the exporter process.',
  ['system.paging.fault.type'],
);

const CPU_MODES = ['user', 'system'] as const;

/**
 * The `process.*` metrics of the semantic conventions for this process. They have no attribute for the process, because the
 * resource attributes identify it.
 */
export class ProcessSemconv {
  readonly families = [
    ...[cpuTime, cpuUtilization, uptime, residentMemory, memoryUtilization, virtualMemory, threads, openFiles],
    ...[diskIo, contextSwitches, pageFaults],
  ];
  readonly #window = new RateWindow<'process', (typeof CPU_MODES)[number]>();

  /**
   * Emits the metrics. A metric is omitted if its file is absent. The first call also omits the CPU utilization, which
   * needs two readings.
   *
   * @param self `/proc/self`
   */
  emit(self: KernelTree, emit: Emit): void {
    const startTime = processStart.read();
    this.#emitCpuTimes(emit, startTime);
    emit(uptime, performance.now() / 1000);
    const resident = process.memoryUsage.rss();
    emit(residentMemory, resident);
    emit(memoryUtilization, resident / totalmem());
    emitResourceUsage(emit, startTime);
    emitFromProcfs(self, emit, startTime);
  }

  #emitCpuTimes(emit: Emit, startTime: number): void {
    const { user, system } = process.cpuUsage();
    const seconds = { user: user / 1e6, system: system / 1e6 };
    this.#window.startPass();
    const rates = this.#window.rates('process', performance.now() / 1000, seconds);
    for (const mode of CPU_MODES) {
      emit(cpuTime, seconds[mode], { 'cpu.mode': mode }, startTime);
      const rate = rates[mode];
      if (rate !== undefined) emit(cpuUtilization, rate / availableParallelism(), { 'cpu.mode': mode });
    }
  }
}

function emitResourceUsage(emit: Emit, startTime: number): void {
  const usage = process.resourceUsage();
  emit(contextSwitches, usage.voluntaryContextSwitches, { 'process.context_switch.type': 'voluntary' }, startTime);
  emit(contextSwitches, usage.involuntaryContextSwitches, { 'process.context_switch.type': 'involuntary' }, startTime);
  emit(pageFaults, usage.majorPageFault, { 'system.paging.fault.type': 'major' }, startTime);
  emit(pageFaults, usage.minorPageFault, { 'system.paging.fault.type': 'minor' }, startTime);
}

function emitFromProcfs(self: KernelTree, emit: Emit, startTime: number): void {
  const status = self.readIfPresent('status', parseProcessStatus);
  if (status?.vmSizeKib !== undefined) emit(virtualMemory, status.vmSizeKib * BYTES_PER_KIB);
  if (status?.threads !== undefined) emit(threads, status.threads);
  const files = countOpenFiles(self);
  if (files > 0) emit(openFiles, files);
  // The kernel denies access to /proc/self/io after the process has changed its user.
  const { readBytes, writtenBytes } =
    self.readIfPresent('io', parseProcessIo, { ignoreErrno: PERMISSION_ERRNOS }) ?? {};
  if (readBytes !== undefined) emit(diskIo, readBytes, { 'disk.io.direction': 'read' }, startTime);
  if (writtenBytes !== undefined) emit(diskIo, writtenBytes, { 'disk.io.direction': 'write' }, startTime);
}
