/** The same function, asked once for each key: for keys that come again in every pass, and are not many. */
export function memoize<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** The same function, not asked again for what it was asked last: for kernel text that seldom changes, and what follows from it. */
export function memoizeLast<A extends readonly unknown[], T>(make: (...asked: A) => T): (...asked: A) => T {
  let last: { readonly asked: A; readonly made: T } | undefined;
  return (...asked) => {
    if (last === undefined || asked.some((value, index) => value !== last?.asked[index])) {
      last = { asked, made: make(...asked) };
    }
    return last.made;
  };
}

/**
 * What was found out of an object, for as long as the object lives. It is found out each time where there is no object, and until
 * there is an answer.
 */
export class WeakMemo<T> {
  readonly #known = new WeakMap<object, T>();

  get(key: object | undefined, find: () => T | undefined): T | undefined {
    const known = key && this.#known.get(key);
    if (known !== undefined) return known;
    const found = find();
    if (key !== undefined && found !== undefined) this.#known.set(key, found);
    return found;
  }
}
