import { setImmediate } from 'node:timers/promises';

/** Work in small steps. The result is the return value of the generator. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Maximum duration of a slice, in milliseconds. Between two slices, the event loop handles requests. */
const SLICE_MS = 10;

/**
 * Runs steps in slices, so that a long task does not block the event loop.
 *
 * @param checkTime called before each further slice; throws an error to stop the task
 */
export async function runInSlices<T>(steps: Steps<T>, checkTime: () => void): Promise<T> {
  let sliceStart = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await setImmediate();
    checkTime();
    sliceStart = performance.now();
  }
}
