import type { Emit, Family, Labels } from '../../metric.ts';
import type { CONTAINER_LABELS } from '../labels.ts';

export type ContainerLabel = (typeof CONTAINER_LABELS)[number];
export type ContainerFamily = Family<ContainerLabel, 'counter' | 'gauge'>;

/** Emits a value that the kernel may not have told. */
export function emitPresent(
  emit: Emit,
  family: ContainerFamily,
  value: number | undefined,
  labels: Labels<ContainerLabel>,
): void {
  if (value !== undefined) emit(family, value, labels);
}
