const INT64_LIMIT = 2 ** 63;

/**
 * Returns the nearest integer, or `undefined` for NaN and for numbers outside the range of int64: a missing point is better
 * than a wrong one. Rounding never makes a counter decrease. Integers above 2^53 are the doubles nearest to the kernel's 64-bit
 * numbers, as in the exposition for Prometheus, and int64 represents these doubles exactly.
 */
export function toInt64(value: number): number | undefined {
  const integer = Math.round(value);
  return integer >= -INT64_LIMIT && integer < INT64_LIMIT ? integer : undefined;
}
