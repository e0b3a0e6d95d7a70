import { counter, type Family } from '../../metrics/metric.ts';
import type { Pressures } from '../usage/usage.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

type PressureFamily = Family<(typeof CONTAINER_LABELS)[number], 'counter'>;

interface PressureFamilies {
  readonly resource: keyof Pressures;
  readonly some: PressureFamily;
  readonly full: PressureFamily;
}

const RESOURCES: readonly PressureFamilies[] = [
  declarePressure('cpu', 'a CPU'),
  declarePressure('memory', 'memory'),
  declarePressure('io', 'I/O'),
];

export const pressureFamilies = RESOURCES.flatMap(({ some, full }) => [some, full]);

function declarePressure(resource: keyof Pressures, noun: string): PressureFamilies {
  return {
    resource,
    some: counter(
      `container_pressure_${resource}_waiting_seconds_total`,
      `Time during which at least one task of the container waited for ${noun}, in seconds.`,
      CONTAINER_LABELS,
    ),
    full: counter(
      `container_pressure_${resource}_stalled_seconds_total`,
      `Time during which all non-idle tasks of the container waited for ${noun} at the same time, in seconds.`,
      CONTAINER_LABELS,
    ),
  };
}

const MICROSECONDS_PER_SECOND = 1e6;

export function emitPressures(emit: EmitIfKnown, pressures: Pressures, labels: ContainerLabels): void {
  for (const { resource, some, full } of RESOURCES) {
    const pressure = pressures[resource];
    if (pressure === undefined) continue;
    emit(some, toSeconds(pressure.some), labels);
    emit(full, toSeconds(pressure.full), labels);
  }
}

function toSeconds(microseconds: number | undefined): number | undefined {
  return microseconds === undefined ? undefined : microseconds / MICROSECONDS_PER_SECOND;
}
