/** Returns the same function with a cache that is never emptied: for few keys that recur in each pass. */
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

/** Returns the same function with a cache of its last result: for kernel text that seldom changes, and values derived from it. */
export function memoizeLast<A extends readonly unknown[], T>(compute: (...args: A) => T): (...args: A) => T {
  let last: { readonly args: A; readonly value: T } | undefined;
  return (...args) => {
    if (last === undefined || args.some((arg, index) => arg !== last?.args[index])) {
      last = { args, value: compute(...args) };
    }
    return last.value;
  };
}

/** Values computed from objects, each cached for the lifetime of its object. `undefined` is not cached, as a key or as a value. */
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
