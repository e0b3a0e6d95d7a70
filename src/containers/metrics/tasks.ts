import { gauge } from '../../metrics/metric.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const processes = gauge('container_processes', 'Processes of the container.', CONTAINER_LABELS);
const threads = gauge('container_threads', 'Threads of all processes of the container.', CONTAINER_LABELS);

export const taskFamilies = [processes, threads];

interface TaskCounts {
  readonly processCount: number | undefined;
  readonly threadCount: number | undefined;
}

export function emitTasks(emit: EmitIfKnown, { processCount, threadCount }: TaskCounts, labels: ContainerLabels): void {
  emit(processes, processCount, labels);
  emit(threads, threadCount, labels);
}
