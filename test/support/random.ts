/** Returns a random integer from 0 to `limit - 1`. */
export type Random = (limit: number) => number;

/**
 * Returns a generator of random numbers with the algorithm Mulberry32. It is short, and good enough for the values of
 * counters and for damage to texts.
 */
export function createRandom(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
