/**
 * Returns the result of a promise, or `undefined` if the deadline passes before the promise settles.
 *
 * @param deadline point in time on the clock of `performance.now()`
 */
export async function withDeadline<T>(promise: Promise<T>, deadline: number): Promise<T | undefined> {
  const { promise: timedOut, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - performance.now()));
  try {
    return await Promise.race([promise, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
