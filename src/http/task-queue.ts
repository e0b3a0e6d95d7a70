/** Time in milliseconds after which the remaining tasks wait until the event loop has handled other events. */
const TURN_MS = 5;

/**
 * Runs tasks in order, but leaves time for other events: many requests that arrive at the same time do not delay new
 * connections and the requests that do not use the queue.
 */
export class TaskQueue {
  readonly #tasks: (() => void)[] = [];
  /** Point in time on the clock of `performance.now()`; `undefined` if no turn is running. */
  #turnEnd: number | undefined;

  /** Runs a task at once if no task waits and the turn is not over. Otherwise the task waits. */
  add(task: () => void): void {
    if (this.#turnEnd === undefined) this.#startTurn();
    if (this.#tasks.length === 0 && this.#hasTime) task();
    else this.#tasks.push(task);
  }

  get #hasTime(): boolean {
    return performance.now() < (this.#turnEnd ?? 0);
  }

  #startTurn(): void {
    this.#turnEnd = performance.now() + TURN_MS;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#turnEnd = undefined;
    if (this.#tasks.length === 0) return;
    this.#startTurn();
    while (this.#hasTime) {
      const task = this.#tasks.shift();
      if (task === undefined) return;
      task();
    }
  }
}
