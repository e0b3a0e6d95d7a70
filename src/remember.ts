/** The same function, asked once for each key: for keys that come again in every pass, and are not many. */
export function remember<T>(make: (key: string) => T): (key: string) => T {
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
export function rememberLast<A extends readonly unknown[], T>(make: (...asked: A) => T): (...asked: A) => T {
  let last: { readonly asked: A; readonly made: T } | undefined;
  return (...asked) => {
    if (last === undefined || asked.some((value, index) => value !== last?.asked[index])) {
      last = { asked, made: make(...asked) };
    }
    return last.made;
  };
}
