import { counter, type Family, gauge } from '../../metrics/metric.ts';
import type { Pressure } from '../../parse/pressure.ts';
import type { Pressures } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const processes = gauge('container_processes', 'Processes.', CONTAINER_LABELS);
const threads = gauge('container_threads', 'Threads of all processes.', CONTAINER_LABELS);

const cpu = pressureFamilies('cpu', 'the CPU');
const memory = pressureFamilies('memory', 'memory');
const io = pressureFamilies('io', 'input and output');

export const taskFamilies = [processes, threads, ...[cpu, memory, io].flatMap(({ some, full }) => [some, full])];

type ContainerFamily = Family<(typeof CONTAINER_LABELS)[number], 'counter'>;

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
  readonly threadCount: number | undefined;
}

export function emitTasks(put: EmitIfKnown, tasks: Tasks, { base }: ContainerLabels): void {
  put(processes, tasks.processes, base);
  put(threads, tasks.threadCount, base);
}

export function emitPressures(put: EmitIfKnown, pressures: Pressures, labels: ContainerLabels): void {
  emitPressure(put, cpu, pressures.cpu, labels);
  emitPressure(put, memory, pressures.memory, labels);
  emitPressure(put, io, pressures.io, labels);
}

const MICROSECONDS = 1e6;

function emitPressure(
  put: EmitIfKnown,
  families: PressureFamilies,
  pressure: Pressure | undefined,
  labels: ContainerLabels,
): void {
  const { some, full } = pressure ?? {};
  if (some !== undefined) put(families.some, some / MICROSECONDS, labels.base);
  if (full !== undefined) put(families.full, full / MICROSECONDS, labels.base);
}
