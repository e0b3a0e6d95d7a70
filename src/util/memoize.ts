/**
 * Returns a function that computes the value for each key once. All values are cached for ever, so only a few different
 * keys may occur.
 */
export function memoize<T>(compute: (key: string) => T): (key: string) => T {
  const cache = new Map<string, T>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const value = compute(key);
    cache.set(key, value);
    return value;
  };
}

/** Returns a function that caches its last result. It is useful for a parser of a text that seldom changes. */
export function memoizeLast<A extends readonly unknown[], T>(compute: (...args: A) => T): (...args: A) => T {
  let last: { readonly args: A; readonly value: T } | undefined;
  return (...args) => {
    if (last === undefined || args.some((arg, index) => arg !== last?.args[index])) {
      last = { args, value: compute(...args) };
    }
    return last.value;
  };
}

/**
 * Caches one value per object, for the lifetime of the object. The key `undefined` and the value `undefined` are not cached.
 */
export class WeakMemo<T> {
  readonly #cache = new WeakMap<object, T>();

  get(key: object | undefined, compute: () => T | undefined): T | undefined {
    const cached = key && this.#cache.get(key);
    if (cached !== undefined) return cached;
    const value = compute();
    if (key !== undefined && value !== undefined) this.#cache.set(key, value);
    return value;
  }
}
