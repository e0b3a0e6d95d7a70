import { RateWindow } from '../../collection/rate-window.ts';
import { type Emit, semconv, UNKNOWN_START_TIME } from '../../metrics/metric.ts';
import type { Container } from '../discovery/container.ts';
import type { ContainerReader, ContainerReading } from '../usage/container-reader.ts';
import type { DeviceName } from '../usage/device-names.ts';
import { type CpuUsage, getMemoryLimit, getWorkingSet } from '../usage/usage.ts';
import { CONTAINER_ATTRIBUTES, type ContainerAttributes, createContainerAttributes } from './attributes.ts';
import { ContainerMemo } from './container-memo.ts';

const ID = CONTAINER_ATTRIBUTES;
const MODE = 'cpu.mode';
const FAULT = 'system.paging.fault.type';
const cpuTime = semconv.counter('container.cpu.time', 's', 'CPU time that the container used, in seconds.', [
  ...ID,
  MODE,
]);
const cpuUsage = semconv.gauge(
  'container.cpu.usage',
  '{cpu}',
  'CPU time that the container used since the last push, divided by the elapsed time; 1 is one fully used CPU.',
  [...ID, MODE],
);
const uptime = semconv.gauge('container.uptime', 's', 'Time since the container was started, in seconds.', ID);
const usage = semconv.intUpDownCounter(
  'container.memory.usage',
  'By',
  'Memory used by the container, including file cache, in bytes.',
  ID,
);
const workingSet = semconv.intUpDownCounter(
  'container.memory.working_set',
  'By',
  'Memory used by the container minus file cache that was not used recently, in bytes.',
  ID,
);
const available = semconv.intUpDownCounter(
  'container.memory.available',
  'By',
  'Memory limit of the container minus its working set, in bytes.',
  ID,
);
const rss = semconv.intUpDownCounter('container.memory.rss', 'By', 'Anonymous memory of the container, in bytes.', ID);
const faults = semconv.intCounter('container.paging.faults', '{fault}', 'Page faults of the container, by type.', [
  ...ID,
  FAULT,
]);
const diskIo = semconv.intCounter(
  'container.disk.io',
  'By',
  'Bytes that the container read from and wrote to the block device.',
  [...ID, 'system.device', 'disk.io.direction'],
);
const networkIo = semconv.intCounter(
  'container.network.io',
  'By',
  'Bytes that the container received and transmitted on the network interface.',
  [...ID, 'network.interface.name', 'network.io.direction'],
);

export const semconvFamilies = [
  ...[cpuTime, cpuUsage, uptime, usage, workingSet, available, rss, faults, diskIo, networkIo],
];

/** CPU times to report. `total` is reported without the attribute for the mode. */
const CPU_TIMES = ['user', 'system', 'total'] as const;

type CpuTimes = Readonly<Record<(typeof CPU_TIMES)[number], number | undefined>>;

export interface SemconvContext {
  /** Time of the pass, as Unix time in seconds. */
  readonly now: number;
  /** Time of the pass on a monotonic clock, in seconds. */
  readonly elapsed: number;
  readonly deviceName: DeviceName;
}

/** Emits the semconv metrics of containers. The start time of each counter is the start time of the container. */
export class ContainerSemconv {
  readonly #attributes: ContainerMemo<ContainerAttributes>;
  readonly #window = new RateWindow<Container, keyof CpuTimes>();

  /** @param reader reads the containers */
  constructor(reader: ContainerReader) {
    this.#attributes = new ContainerMemo(reader, ({ container, metadata }) =>
      createContainerAttributes(container, metadata),
    );
  }

  /** Starts a pass. Must be called before the first `emit()` of the pass. */
  startPass(): void {
    this.#window.startPass();
  }

  emit(emit: Emit, reading: ContainerReading, { now, elapsed, deviceName }: SemconvContext): void {
    const { container, cpu } = reading;
    const startTime = counterStart(reading);
    const attributes = this.#attributes.get(reading);
    if (reading.startTime !== undefined) emit(uptime, now - reading.startTime, attributes);
    const times = splitCpuTime(cpu);
    const rates = this.#window.rates(container, elapsed, times);
    for (const mode of CPU_TIMES) {
      const [time, rate] = [times[mode], rates[mode]];
      if (time === undefined) continue;
      const withMode = { ...attributes, [MODE]: mode === 'total' ? undefined : mode };
      emit(cpuTime, time, withMode, startTime);
      if (rate !== undefined) emit(cpuUsage, rate, withMode);
    }
    emitMemory(emit, reading, attributes);
    emitDiskIo(emit, reading, { attributes, deviceName });
    emitNetworkIo(emit, reading, attributes);
  }
}

function counterStart({ startTime }: ContainerReading): number {
  return startTime ?? UNKNOWN_START_TIME;
}

/**
 * Returns the times in both modes, or only the total if the time in one mode is unknown. Never returns the total together
 * with the modes, because the sum over all points of the metric must be the total.
 */
function splitCpuTime({ user, system, usage: total }: CpuUsage): CpuTimes {
  const hasModes = user !== undefined && system !== undefined;
  return hasModes ? { user, system, total: undefined } : { user: undefined, system: undefined, total };
}

function emitMemory(emit: Emit, reading: ContainerReading, attributes: ContainerAttributes): void {
  const { memory } = reading;
  const startTime = counterStart(reading);
  if (memory.usage !== undefined) emit(usage, memory.usage, attributes, startTime);
  const working = getWorkingSet(memory);
  if (working !== undefined) emit(workingSet, working, attributes, startTime);
  const limit = getMemoryLimit(memory);
  if (working !== undefined && limit !== undefined) emit(available, limit - working, attributes, startTime);
  if (memory.rss !== undefined) emit(rss, memory.rss, attributes, startTime);
  emitFaults(emit, reading, attributes);
}

function emitFaults(emit: Emit, reading: ContainerReading, attributes: ContainerAttributes): void {
  const { memory } = reading;
  const startTime = counterStart(reading);
  const [all, major] = [memory.faults.local, memory.majorFaults.local];
  if (all === undefined || major === undefined) return;
  emit(faults, major, { ...attributes, [FAULT]: 'major' }, startTime);
  emit(faults, all - major, { ...attributes, [FAULT]: 'minor' }, startTime);
}

function emitDiskIo(
  emit: Emit,
  reading: ContainerReading,
  { attributes, deviceName }: { readonly attributes: ContainerAttributes; readonly deviceName: DeviceName },
): void {
  const startTime = counterStart(reading);
  for (const { device, readBytes, writeBytes } of reading.io) {
    // Device names have no prefix /dev/, as in the semconv metrics of the host.
    const withDevice = { ...attributes, 'system.device': deviceName(device).replace(/^\/dev\//, '') };
    if (readBytes !== undefined) {
      emit(diskIo, readBytes, { ...withDevice, 'disk.io.direction': 'read' }, startTime);
    }
    if (writeBytes !== undefined) {
      emit(diskIo, writeBytes, { ...withDevice, 'disk.io.direction': 'write' }, startTime);
    }
  }
}

function emitNetworkIo(emit: Emit, reading: ContainerReading, attributes: ContainerAttributes): void {
  const startTime = counterStart(reading);
  for (const { name, received, transmitted } of reading.network ?? []) {
    const withInterface = { ...attributes, 'network.interface.name': name };
    if (received.bytes !== undefined) {
      emit(networkIo, received.bytes, { ...withInterface, 'network.io.direction': 'receive' }, startTime);
    }
    if (transmitted.bytes !== undefined) {
      emit(networkIo, transmitted.bytes, { ...withInterface, 'network.io.direction': 'transmit' }, startTime);
    }
  }
}
