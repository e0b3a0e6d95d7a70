import { type Emit, type Family, type Labels, UNKNOWN_START_TIME } from '../../metrics/metric.ts';

/** Emits a value of a container, or nothing if the value is `undefined` because the kernel does not report it. */
export type EmitIfKnown = <L extends string>(
  family: Family<L, 'counter' | 'gauge'>,
  value: number | undefined,
  labels: Labels<L>,
) => void;

/** @param startTime start of the container and of its counters, as Unix time in seconds; `undefined` if unknown */
export function createEmitIfKnown(emit: Emit, startTime: number | undefined): EmitIfKnown {
  return (family, value, labels) => {
    if (value === undefined) return;
    emit<string, 'counter' | 'gauge', 'prometheus'>(
      family,
      value,
      labels,
      family.type === 'counter' ? (startTime ?? UNKNOWN_START_TIME) : undefined,
    );
  };
}
