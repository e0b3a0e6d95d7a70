import type { Emit, Family, Labels } from '../../metrics/metric.ts';

/** Emits a value that the kernel may not have told. */
export type EmitIfKnown = <L extends string>(
  family: Family<L, 'counter' | 'gauge'>,
  value: number | undefined,
  labels: Labels<L>,
) => void;

/** @param since when the container was started, in seconds since 1970: from then on its counters count */
export function putSince(emit: Emit, since: number): EmitIfKnown {
  return (family, value, labels) => {
    if (value === undefined) return;
    emit<string, 'counter' | 'gauge', 'prometheus'>(
      family,
      value,
      labels,
      family.type === 'counter' ? since : undefined,
    );
  };
}
