/** Number of 32-bit words in the subkeys and in each of the four substitution boxes of Blowfish. */
export const SUBKEY_WORDS = 18;
export const BOX_WORDS = 4 * 256;

/** Additional low bits of π that are computed and then dropped, because rounding makes them inexact. */
const GUARD_BITS = 64n;

/**
 * Returns the initial subkeys and boxes of Blowfish, one after the other: the first bits of the fractional part of π.
 *
 * https://www.schneier.com/academic/archives/1994/09/description_of_a_new.html
 */
export function computeTables(): Int32Array {
  const words = SUBKEY_WORDS + BOX_WORDS;
  const bits = BigInt(words * 32) + GUARD_BITS;
  // Machin's formula: π = 16 arctan(1/5) - 4 arctan(1/239).
  const pi = 16n * inverseTangent(5n, bits) - 4n * inverseTangent(239n, bits);
  const fraction = (pi - (3n << bits)) >> GUARD_BITS;
  const bytes = Buffer.from(fraction.toString(16).padStart(words * 8, '0'), 'hex');
  return Int32Array.from({ length: words }, (_, index) => bytes.readInt32BE(index * 4));
}

/** Returns arctan(1/x) as a fixed-point number with `bits` bits after the point. */
function inverseTangent(x: bigint, bits: bigint): bigint {
  let power = (1n << bits) / x;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / divisor;
  }
  return sum;
}
