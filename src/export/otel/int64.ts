const INT64_LIMIT = 2 ** 63;

/**
 * Returns the integer nearest to a value, or `undefined` if the value is NaN or outside the range of int64. The push leaves
 * out such a value, because every int64 would be wrong. Rounding does not make an increasing counter decrease. Above 2^53, a
 * value is already the double nearest to the kernel's number, and int64 represents this double exactly.
 */
export function toInt64(value: number): number | undefined {
  const integer = Math.round(value);
  return integer >= -INT64_LIMIT && integer < INT64_LIMIT ? integer : undefined;
}
