import type { Attributes, Convention, Emit, Family, Labels } from '../../metrics/metric.ts';

type NumericType = 'counter' | 'gauge' | 'updowncounter';

/** As {@link Emit} for families of numbers, but leaves out a value that is `undefined`. */
export type EmitKnown = <L extends string, T extends NumericType, V extends Convention>(
  family: Family<L, T, V>,
  value: number | undefined,
  ...labels: [L] extends [never] ? [] : [labels: V extends 'semconv' ? Attributes<L> : Labels<L>]
) => void;

/** For numbers that the kernel may not print, and for malformed ones: parsers return `undefined` for both. */
export function emitterOfKnown(emit: Emit): EmitKnown {
  return (family, value, ...labels) => {
    if (value !== undefined) emit<string, NumericType, Convention>(family, value, labels[0] ?? {});
  };
}
