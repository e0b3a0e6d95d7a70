import { availableParallelism, totalmem } from 'node:os';
import { RateWindow } from '../collection/rate-window.ts';
import { ignoreErrno, type KernelTree, PERMISSION_ERRNOS } from '../host/host.ts';
import { type Emit, semconv } from '../metrics/metric.ts';
import { parseThreads, parseVmSize } from '../parse/process.ts';
import { parseProcessIo } from '../parse/process-io.ts';
import { countOpenFiles } from './open-files.ts';

const MODE = ['cpu.mode'] as const;
const time = semconv.counter('process.cpu.time', 's', 'CPU time of this process.', MODE);
const utilization = semconv.gauge(
  'process.cpu.utilization',
  '1',
  'Part of the time of its CPUs that it used since the last push.',
  MODE,
);
const uptime = semconv.gauge('process.uptime', 's', 'Seconds since this process was started.');
const memory = semconv.upDownCounter('process.memory.usage', 'By', 'Resident memory of this process.');
const memoryUsed = semconv.gauge(
  'process.memory.utilization',
  '1',
  'Resident memory of this process as a part of all memory.',
);
const virtual = semconv.upDownCounter('process.memory.virtual', 'By', 'Virtual memory of this process.');
const threads = semconv.upDownCounter('process.thread.count', '{thread}', 'Threads of this process.');
const openFiles = semconv.upDownCounter(
  'process.unix.file_descriptor.count',
  '{file_descriptor}',
  'File descriptors that this process has open.',
);
const diskIo = semconv.counter('process.disk.io', 'By', 'Bytes read from devices and written to them.', [
  'disk.io.direction',
]);
const switches = semconv.counter('process.context_switches', '{context_switch}', 'Context switches.', [
  'process.context_switch.type',
]);
const faults = semconv.counter('process.paging.faults', '{fault}', 'Page faults.', ['system.paging.fault.type']);

const CPU_MODES = ['user', 'system'] as const;

/** What the conventions say of this process. The resource says which process it is. */
export class ProcessSemconv {
  readonly families = [
    ...[time, utilization, uptime, memory, memoryUsed, virtual, threads, openFiles],
    ...[diskIo, switches, faults],
  ];
  readonly #window = new RateWindow<'process', (typeof CPU_MODES)[number]>();

  /** @param self `/proc/self`; a sandbox may lack some of its files, and what it lacks is left out */
  emit(self: KernelTree, emit: Emit): void {
    const since = performance.timeOrigin / 1000;
    this.#emitTimes(emit, since);
    emit(uptime, performance.now() / 1000);
    const resident = process.memoryUsage.rss();
    emit(memory, resident);
    emit(memoryUsed, resident / totalmem());
    emitCounts(emit, since);
    emitFiles(self, emit, since);
  }

  #emitTimes(emit: Emit, since: number): void {
    const { user, system } = process.cpuUsage();
    const seconds = { user: user / 1e6, system: system / 1e6 };
    this.#window.startPass();
    const rates = this.#window.rates('process', performance.now() / 1000, seconds);
    for (const mode of CPU_MODES) {
      emit(time, seconds[mode], { 'cpu.mode': mode }, since);
      const rate = rates[mode];
      if (rate !== undefined) emit(utilization, rate / availableParallelism(), { 'cpu.mode': mode });
    }
  }
}

function emitCounts(emit: Emit, since: number): void {
  const usage = process.resourceUsage();
  emit(switches, usage.voluntaryContextSwitches, { 'process.context_switch.type': 'voluntary' }, since);
  emit(switches, usage.involuntaryContextSwitches, { 'process.context_switch.type': 'involuntary' }, since);
  emit(faults, usage.majorPageFault, { 'system.paging.fault.type': 'major' }, since);
  emit(faults, usage.minorPageFault, { 'system.paging.fault.type': 'minor' }, since);
}

function emitFiles(self: KernelTree, emit: Emit, since: number): void {
  const status = (text: string) => ({ size: parseVmSize(text), count: parseThreads(text) });
  const { size, count } = self.find('status', status) ?? {};
  if (size !== undefined) emit(virtual, size);
  if (count !== undefined) emit(threads, count);
  const files = countOpenFiles(self);
  if (files > 0) emit(openFiles, files);
  // A process that has changed its user may not read it.
  const { readBytes, writtenBytes } = ignoreErrno(PERMISSION_ERRNOS, () => self.find('io', parseProcessIo)) ?? {};
  if (readBytes !== undefined) emit(diskIo, readBytes, { 'disk.io.direction': 'read' }, since);
  if (writtenBytes !== undefined) emit(diskIo, writtenBytes, { 'disk.io.direction': 'write' }, since);
}
