import { inspect } from 'node:util';

/** Timeout of a wait; long enough for a slow and busy host. */
export const WAIT_TIMEOUT_MS = 300_000;

/**
 * Calls a function until its result is as expected, and returns that result.
 *
 * @throws {Error} with the last result or error after five minutes
 */
export async function eventually<T>(getResult: () => Promise<T>, isExpected: (result: T) => boolean): Promise<T> {
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  for (;;) {
    const result: T | Error = await getResult().catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (!(result instanceof Error) && isExpected(result)) return result;
    if (performance.now() > deadline) throw new Error(`No expected result within five minutes: ${inspect(result)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Waits until a condition is true.
 *
 * @param description text for the error message: `the node is ready`
 * @throws {Error} after five minutes
 */
export async function waitUntil(description: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline)
      throw new Error(`Timed out after five minutes while waiting until ${description}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
