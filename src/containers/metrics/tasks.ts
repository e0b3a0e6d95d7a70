import { counter, type Emit, gauge } from '../../metric.ts';
import type { Pressure } from '../../parse/pressure.ts';
import { CONTAINER_LABELS, type ContainerLabels } from '../labels.ts';
import type { Pressures } from '../usage.ts';
import { type ContainerFamily, emitPresent } from './present.ts';

const processes = gauge('container_processes', 'Processes.', CONTAINER_LABELS);
const threads = gauge('container_threads', 'Threads of all processes.', CONTAINER_LABELS);

const cpu = pressureFamilies('cpu', 'the CPU');
const memory = pressureFamilies('memory', 'memory');
const io = pressureFamilies('io', 'input and output');

export const taskFamilies = [processes, threads, ...[cpu, memory, io].flatMap(({ some, full }) => [some, full])];

interface PressureFamilies {
  readonly some: ContainerFamily;
  readonly full: ContainerFamily;
}

function pressureFamilies(resource: string, what: string): PressureFamilies {
  return {
    some: counter(
      `container_pressure_${resource}_waiting_seconds_total`,
      `Time in which at least one task waited for ${what}.`,
      CONTAINER_LABELS,
    ),
    full: counter(
      `container_pressure_${resource}_stalled_seconds_total`,
      `Time in which all tasks waited for ${what}.`,
      CONTAINER_LABELS,
    ),
  };
}

export interface Tasks {
  readonly processes: number | undefined;
  readonly threads: number | undefined;
}

export function emitTasks(emit: Emit, tasks: Tasks, { base }: ContainerLabels): void {
  emitPresent(emit, processes, tasks.processes, base);
  emitPresent(emit, threads, tasks.threads, base);
}

export function emitPressures(emit: Emit, pressures: Pressures, labels: ContainerLabels): void {
  emitPressure(emit, cpu, pressures.cpu, labels);
  emitPressure(emit, memory, pressures.memory, labels);
  emitPressure(emit, io, pressures.io, labels);
}

const MICROSECONDS = 1e6;

function emitPressure(
  emit: Emit,
  families: PressureFamilies,
  pressure: Pressure | undefined,
  labels: ContainerLabels,
): void {
  const { some, full } = pressure ?? {};
  if (some !== undefined) emit(families.some, some / MICROSECONDS, labels.base);
  if (full !== undefined) emit(families.full, full / MICROSECONDS, labels.base);
}
