/**
 * @param deadline as `performance.now()` counts
 * @returns what the promise brings, or `undefined` when the deadline comes first
 */
export async function withDeadline<T>(promise: Promise<T>, deadline: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - performance.now()));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
