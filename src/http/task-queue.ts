/**
 * Maximum duration of a turn, in milliseconds. After a turn, the remaining tasks wait until the event loop has handled other
 * events.
 */
const TURN_MS = 5;

/**
 * Runs tasks in order, but leaves time for other events: many tasks at the same time do not delay new connections, or
 * requests that do not use the queue.
 */
export class TaskQueue {
  readonly #tasks: (() => void)[] = [];
  /** End of the current turn on the clock of `performance.now()`; `undefined` if no turn is running. */
  #turnEnd: number | undefined;

  /** Runs a task at once if no other task waits and the current turn has time left. Otherwise the task waits. */
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
