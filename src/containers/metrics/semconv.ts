import { type Emit, semconv } from '../../metrics/metric.ts';
import type { Container } from '../discovery/container.ts';
import type { ContainerReading } from '../usage/read-containers.ts';
import { type CpuUsage, memoryLimit, workingSet } from '../usage/usage.ts';
import { CONTAINER_ATTRIBUTES, type ContainerAttributes } from './attributes.ts';

const ID = CONTAINER_ATTRIBUTES;
const MODE = 'cpu.mode';
const FAULT = 'system.paging.fault.type';
const cpuTime = semconv.counter('container.cpu.time', 's', 'CPU time used.', [...ID, MODE]);
const cpuUsage = semconv.gauge('container.cpu.usage', '{cpu}', 'CPUs used since the last push.', [...ID, MODE]);
const uptime = semconv.gauge('container.uptime', 's', 'Seconds since the container was started.', ID);
const usage = semconv.upDownCounter('container.memory.usage', 'By', 'Memory in use, with caches.', ID);
const workingSetBytes = semconv.upDownCounter(
  'container.memory.working_set',
  'By',
  'Memory in use but for files that were not used recently.',
  ID,
);
const available = semconv.upDownCounter(
  'container.memory.available',
  'By',
  'Memory that the limit leaves beyond the working set.',
  ID,
);
const rss = semconv.upDownCounter('container.memory.rss', 'By', 'Anonymous memory.', ID);
const faults = semconv.counter('container.paging.faults', '{fault}', 'Page faults.', [...ID, FAULT]);
const diskIo = semconv.counter('container.disk.io', 'By', 'Bytes read from a device and written to it.', [
  ...ID,
  'system.device',
  'disk.io.direction',
]);
const networkIo = semconv.counter('container.network.io', 'By', 'Bytes received and sent.', [
  ...ID,
  'network.interface.name',
  'network.io.direction',
]);

export const conventionFamilies = [
  ...[cpuTime, cpuUsage, uptime, usage, workingSetBytes, available, rss, faults, diskIo, networkIo],
];

/** What one pass read of a container's CPU time. */
interface CpuCounts {
  readonly at: number;
  readonly cpu: CpuUsage;
}

export interface Moment {
  /** In seconds since 1970. */
  readonly now: number;
  /** In seconds, on a clock that never steps. */
  readonly elapsed: number;
  readonly nameOf: (device: string) => string;
}

/** What the conventions say of containers. Counters count since a container was started. */
export class ContainerSemconv {
  /** What the last pass read: usage is over the time since. A container that is started again is another one. */
  readonly #last = new WeakMap<Container, CpuCounts>();

  emit(emit: Emit, reading: ContainerReading, { now, elapsed, nameOf }: Moment): void {
    const { container, cpu, started } = reading;
    const attributes = container.attributes;
    emit(uptime, now - started, attributes.base);
    emitCpuTime(emit, cpu, attributes, started);
    const last = this.#last.get(container);
    this.#last.set(container, { at: elapsed, cpu });
    if (last !== undefined && elapsed > last.at) emitCpuUsage(emit, reading, last, elapsed);
    emitMemory(emit, reading, attributes);
    emitDiskIo(emit, reading, attributes, nameOf);
    emitNetworkIo(emit, reading, attributes);
  }
}

/** All of it only where the kernel does not tell the modes apart: points of one metric can be added up. */
function timesOf({
  user,
  system,
  usage: all,
}: CpuUsage): readonly (readonly [mode: string | undefined, time: number])[] {
  if (user !== undefined && system !== undefined) {
    return [
      ['user', user],
      ['system', system],
    ];
  }
  return all === undefined ? [] : [[undefined, all]];
}

function withMode(attributes: ContainerAttributes, mode: string | undefined) {
  return mode === undefined ? { ...attributes.base, [MODE]: undefined } : attributes.with(MODE, mode).base;
}

function emitCpuTime(emit: Emit, cpu: CpuUsage, attributes: ContainerAttributes, since: number): void {
  for (const [mode, time] of timesOf(cpu)) emit(cpuTime, time, withMode(attributes, mode), since);
}

/** A time that stepped back has no change. */
function emitCpuUsage(emit: Emit, { container, cpu }: ContainerReading, last: CpuCounts, elapsed: number): void {
  const before = new Map(timesOf(last.cpu));
  for (const [mode, time] of timesOf(cpu)) {
    const change = time - (before.get(mode) ?? Number.NaN);
    if (change >= 0) emit(cpuUsage, change / (elapsed - last.at), withMode(container.attributes, mode));
  }
}

function emitMemory(emit: Emit, { memory, started }: ContainerReading, attributes: ContainerAttributes): void {
  const { base } = attributes;
  const working = workingSet(memory);
  if (memory.usage !== undefined) emit(usage, memory.usage, base, started);
  if (working !== undefined) emit(workingSetBytes, working, base, started);
  const limit = memoryLimit(memory);
  if (working !== undefined && limit !== undefined) emit(available, limit - working, base, started);
  if (memory.rss !== undefined) emit(rss, memory.rss, base, started);
  const [all, major] = [memory.faults.local, memory.majorFaults.local];
  if (all === undefined || major === undefined) return;
  emit(faults, major, attributes.with(FAULT, 'major').base, started);
  emit(faults, all - major, attributes.with(FAULT, 'minor').base, started);
}

function emitDiskIo(
  emit: Emit,
  { io, started }: ContainerReading,
  attributes: ContainerAttributes,
  nameOf: (device: string) => string,
): void {
  for (const { device, readBytes, writeBytes } of io) {
    // As the host's own disks are called in the conventions' metrics.
    const withDevice = attributes.with('system.device', nameOf(device).replace(/^\/dev\//, ''));
    if (readBytes !== undefined) {
      emit(diskIo, readBytes, withDevice.with('disk.io.direction', 'read').base, started);
    }
    if (writeBytes !== undefined) {
      emit(diskIo, writeBytes, withDevice.with('disk.io.direction', 'write').base, started);
    }
  }
}

function emitNetworkIo(emit: Emit, { network = [], started }: ContainerReading, attributes: ContainerAttributes): void {
  for (const { name, received, transmitted } of network) {
    const withInterface = attributes.with('network.interface.name', name);
    emit(networkIo, received.bytes, withInterface.with('network.io.direction', 'receive').base, started);
    emit(networkIo, transmitted.bytes, withInterface.with('network.io.direction', 'transmit').base, started);
  }
}
