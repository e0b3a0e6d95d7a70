/** Thread of `npm run fuzz`: runs one target, and stores the index of each input so that the main thread detects a loop. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/** Data that the main thread passes to the thread. */
export interface FuzzJob {
  readonly name: string;
  readonly inputs: number;
  readonly seed: number;
  /** Memory for the index of the current input. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

// The main thread passes a FuzzJob.
const { name, inputs, seed, progress } = workerData as FuzzJob;
const target = TARGETS[name];
if (target === undefined) throw new Error(`Cannot find target ${name}`);
parentPort?.postMessage(await fuzz(target, { inputs, seed, onInput: (index) => Atomics.store(progress, 0, index) }));
