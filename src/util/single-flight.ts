import { setTimeout } from 'node:timers/promises';

/** A task rests for its duration multiplied by this number. It then uses at most a fifth of the time. */
const REST_PER_DURATION = 4;

/** Runs a task for all callers that wait at the same time. After each run, the task rests, and new callers wait. */
export class SingleFlight<T> {
  readonly #task: () => Promise<T>;
  #running: Promise<T> | undefined;
  /** End of the rest, on the clock of `performance.now()`. */
  #restEnd = 0;

  constructor(task: () => Promise<T>) {
    this.#task = task;
  }

  /** Returns the result of the run that is in progress. If there is none, starts a run after the rest of the previous run. */
  run(): Promise<T> {
    this.#running ??= this.#start().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #start(): Promise<T> {
    const rest = this.#restEnd - performance.now();
    if (rest > 0) await setTimeout(rest);
    const startedAt = performance.now();
    try {
      return await this.#task();
    } finally {
      const endedAt = performance.now();
      this.#restEnd = endedAt + REST_PER_DURATION * (endedAt - startedAt);
    }
  }
}
