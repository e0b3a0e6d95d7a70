import { RateWindow } from '../../collection/rate-window.ts';
import { type Emit, semconv } from '../../metrics/metric.ts';
import type { Container } from '../discovery/container.ts';
import type { ContainerReader, ContainerReading } from '../usage/container-reader.ts';
import type { DeviceName } from '../usage/device-names.ts';
import { type CpuUsage, getMemoryLimit, getWorkingSet } from '../usage/usage.ts';
import { CONTAINER_ATTRIBUTES, type ContainerAttributes, createContainerAttributes } from './attributes.ts';
import { ContainerMemo } from './container-memo.ts';

const ID = CONTAINER_ATTRIBUTES;
const MODE = 'cpu.mode';
const FAULT = 'system.paging.fault.type';
const cpuTime = semconv.counter('container.cpu.time', 's', 'CPU time that the container has used.', [...ID, MODE]);
const cpuUsage = semconv.gauge('container.cpu.usage', '{cpu}', 'CPUs that the container used since the last push.', [
  ...ID,
  MODE,
]);
const uptime = semconv.gauge('container.uptime', 's', 'Time since the container was started.', ID);
const usage = semconv.upDownCounter(
  'container.memory.usage',
  'By',
  'Memory that the container uses, including caches.',
  ID,
);
const workingSet = semconv.upDownCounter(
  'container.memory.working_set',
  'By',
  'Memory that the container uses without the file cache that was not used recently.',
  ID,
);
const available = semconv.upDownCounter(
  'container.memory.available',
  'By',
  'Memory limit of the container minus its working set.',
  ID,
);
const rss = semconv.upDownCounter('container.memory.rss', 'By', 'Anonymous memory of the container.', ID);
const faults = semconv.counter('container.paging.faults', '{fault}', 'Page faults of the container.', [...ID, FAULT]);
const diskIo = semconv.counter('container.disk.io', 'By', 'Bytes that the container read or wrote on the disk.', [
  ...ID,
  'system.device',
  'disk.io.direction',
]);
const networkIo = semconv.counter(
  'container.network.io',
  'By',
  'Bytes that the container received or transmitted on the interface.',
  [...ID, 'network.interface.name', 'network.io.direction'],
);

export const semconvFamilies = [
  ...[cpuTime, cpuUsage, uptime, usage, workingSet, available, rss, faults, diskIo, networkIo],
];

/** `total` has no mode attribute. */
const CPU_TIMES = ['user', 'system', 'total'] as const;

type CpuTimes = Readonly<Record<(typeof CPU_TIMES)[number], number | undefined>>;

export interface SemconvContext {
  /** Unix time in seconds. */
  readonly now: number;
  /** Seconds on a clock that is never set. */
  readonly elapsed: number;
  readonly deviceName: DeviceName;
}

/** Emits containers under the names of the semantic conventions. Their counters start when the container does. */
export class ContainerSemconv {
  readonly #attributes: ContainerMemo<ContainerAttributes>;
  readonly #window = new RateWindow<Container, keyof CpuTimes>();

  /** @param reader reads the containers */
  constructor(reader: ContainerReader) {
    this.#attributes = new ContainerMemo(reader, ({ container, metadata }) =>
      createContainerAttributes(container, metadata),
    );
  }

  /** Starts a pass over the containers: see {@link RateWindow.startPass}. */
  startPass(): void {
    this.#window.startPass();
  }

  emit(emit: Emit, reading: ContainerReading, { now, elapsed, deviceName }: SemconvContext): void {
    const { container, cpu, startTime } = reading;
    const attributes = this.#attributes.get(reading);
    emit(uptime, now - startTime, attributes.base);
    const times = splitCpuTime(cpu);
    const rates = this.#window.rates(container, elapsed, times);
    for (const mode of CPU_TIMES) {
      const [time, rate] = [times[mode], rates[mode]];
      if (time === undefined) continue;
      const withMode = mode === 'total' ? { ...attributes.base, [MODE]: undefined } : attributes.with(MODE, mode).base;
      emit(cpuTime, time, withMode, startTime);
      if (rate !== undefined) emit(cpuUsage, rate, withMode);
    }
    emitMemory(emit, reading, attributes);
    emitDiskIo(emit, reading, { attributes, deviceName });
    emitNetworkIo(emit, reading, attributes);
  }
}

/** Returns the total only if the kernel does not report both modes: the points of a metric must add up to the total. */
function splitCpuTime({ user, system, usage: total }: CpuUsage): CpuTimes {
  const hasModes = user !== undefined && system !== undefined;
  return hasModes ? { user, system, total: undefined } : { user: undefined, system: undefined, total };
}

function emitMemory(emit: Emit, reading: ContainerReading, attributes: ContainerAttributes): void {
  const { memory, startTime } = reading;
  const { base } = attributes;
  if (memory.usage !== undefined) emit(usage, memory.usage, base, startTime);
  const working = getWorkingSet(memory);
  if (working !== undefined) emit(workingSet, working, base, startTime);
  const limit = getMemoryLimit(memory);
  if (working !== undefined && limit !== undefined) emit(available, limit - working, base, startTime);
  if (memory.rss !== undefined) emit(rss, memory.rss, base, startTime);
  emitFaults(emit, reading, attributes);
}

function emitFaults(emit: Emit, { memory, startTime }: ContainerReading, attributes: ContainerAttributes): void {
  const [all, major] = [memory.faults.local, memory.majorFaults.local];
  if (all === undefined || major === undefined) return;
  emit(faults, major, attributes.with(FAULT, 'major').base, startTime);
  emit(faults, all - major, attributes.with(FAULT, 'minor').base, startTime);
}

function emitDiskIo(
  emit: Emit,
  { io, startTime }: ContainerReading,
  { attributes, deviceName }: { readonly attributes: ContainerAttributes; readonly deviceName: DeviceName },
): void {
  for (const { device, readBytes, writeBytes } of io) {
    // The semconv metrics of the host's disks have the same device names.
    const withDevice = attributes.with('system.device', deviceName(device).replace(/^\/dev\//, ''));
    if (readBytes !== undefined) {
      emit(diskIo, readBytes, withDevice.with('disk.io.direction', 'read').base, startTime);
    }
    if (writeBytes !== undefined) {
      emit(diskIo, writeBytes, withDevice.with('disk.io.direction', 'write').base, startTime);
    }
  }
}

function emitNetworkIo(
  emit: Emit,
  { network = [], startTime }: ContainerReading,
  attributes: ContainerAttributes,
): void {
  for (const { name, received, transmitted } of network) {
    const withInterface = attributes.with('network.interface.name', name);
    emit(networkIo, received.bytes, withInterface.with('network.io.direction', 'receive').base, startTime);
    emit(networkIo, transmitted.bytes, withInterface.with('network.io.direction', 'transmit').base, startTime);
  }
}
