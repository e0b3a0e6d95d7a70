import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FuzzResult } from './fuzz.ts';
import type { FuzzJob } from './worker.ts';

/** Time without a further input after which the current input counts as an endless loop. */
const LOOP_MS = 20_000;
const CHECK_MS = 1000;

/**
 * Runs a target in a thread. An endless loop ends the thread.
 *
 * @throws {Error} for an endless loop, an unhandled rejection, and memory that is exhausted
 */
export async function runTarget(job: Omit<FuzzJob, 'progress'>): Promise<FuzzResult> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: { ...job, progress } });
  let last = -1;
  let changedAt = performance.now();
  const { promise: looped, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    const index = Atomics.load(progress, 0);
    if (index !== last) {
      last = index;
      changedAt = performance.now();
    } else if (performance.now() - changedAt > LOOP_MS) {
      reject(new Error(`input ${index} takes more than ${LOOP_MS / 1000} s`));
    }
  }, CHECK_MS);
  try {
    const [result] = await Promise.race([once(worker, 'message'), looped]);
    // The thread sends one message: its result.
    return result as FuzzResult;
  } catch (error) {
    throw new Error(`Cannot finish ${job.name} at input ${Atomics.load(progress, 0)}`, { cause: error });
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}
