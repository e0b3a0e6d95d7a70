import { availableParallelism, totalmem } from 'node:os';
import { type KernelTree, PERMISSION_ERRNOS } from '../host/host.ts';
import { type Emit, semconv } from '../metrics/metric.ts';
import { BYTES_PER_KIB } from '../parse/lines.ts';
import { parseProcessIo } from '../parse/process-io.ts';
import { parseProcessStatus } from '../parse/process-status.ts';
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

interface Times {
  readonly at: number;
  /** In seconds. */
  readonly user: number;
  readonly system: number;
}

/** What the conventions say of this process. The resource says which process it is. */
export class ProcessSemconv {
  readonly families = [
    ...[time, utilization, uptime, memory, memoryUsed, virtual, threads, openFiles],
    ...[diskIo, switches, faults],
  ];
  /** What the last pass read: utilization is over the time since. */
  #last: Times | undefined;

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
    const now = { at: performance.now() / 1000, user: user / 1e6, system: system / 1e6 };
    const last = this.#last;
    this.#last = now;
    for (const mode of ['user', 'system'] as const) {
      emit(time, now[mode], { 'cpu.mode': mode }, since);
      if (last === undefined || now.at <= last.at) continue;
      emit(utilization, (now[mode] - last[mode]) / (now.at - last.at) / availableParallelism(), { 'cpu.mode': mode });
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
  const status = self.readIfPresent('status', parseProcessStatus);
  if (status?.vmSizeKib !== undefined) emit(virtual, status.vmSizeKib * BYTES_PER_KIB);
  if (status?.threads !== undefined) emit(threads, status.threads);
  const files = countOpenFiles(self);
  if (files > 0) emit(openFiles, files);
  // A process that has changed its user may not read it.
  const { readBytes, writtenBytes } =
    self.readIfPresent('io', parseProcessIo, { ignoreErrno: PERMISSION_ERRNOS }) ?? {};
  if (readBytes !== undefined) emit(diskIo, readBytes, { 'disk.io.direction': 'read' }, since);
  if (writtenBytes !== undefined) emit(diskIo, writtenBytes, { 'disk.io.direction': 'write' }, since);
}
