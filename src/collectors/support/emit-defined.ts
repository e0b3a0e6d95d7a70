import type { Attributes, Convention, Emit, Family, Labels } from '../../metrics/metric.ts';

type NumericType = 'counter' | 'gauge' | 'updowncounter';

/** As {@link Emit} for families of numbers, but emits nothing if the value is `undefined`. */
export type EmitDefined = <L extends string, T extends NumericType, V extends Convention>(
  family: Family<L, T, V>,
  value: number | undefined,
  ...labels: [L] extends [never] ? [] : [labels: V extends 'semconv' ? Attributes<L> : Labels<L>]
) => void;

/**
 * Returns a function that emits each number that is not `undefined`. Parsers return `undefined` for a number that is
 * malformed or that the kernel does not print.
 */
export function skipUndefined(emit: Emit): EmitDefined {
  return (family, value, ...labels) => {
    if (value !== undefined) emit<string, NumericType, Convention>(family, value, labels[0] ?? {});
  };
}
